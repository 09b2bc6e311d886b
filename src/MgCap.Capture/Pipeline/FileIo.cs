using System.Text.Json.Serialization;

namespace MgCap.Capture.Pipeline;

/// <summary>How a capture's file is written.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<FileIo>))]
public enum FileIo
{
    /// <summary>Through the page cache, or into a pipe.</summary>
    Buffered,

    /// <summary>Past the page cache (open(2), O_DIRECT), but for what is too little.</summary>
    Direct,
}
