using System.IO.Compression;
using ZstdSharp;

namespace MgCap.Web.Downloads;

/// <summary>How a download is compressed: as one gzip member (RFC 1952) or one zstd frame (RFC 8878), which Wireshark and capinfos open as they are.</summary>
public enum FileCompression
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>By gzip.</summary>
    Gzip,
    /// <summary>By zstd.</summary>
    Zstd,
}

/// <summary>What a compression makes of a file.</summary>
internal static class FileCompressions
{
    // 272 MB/s; the next two take twice the time for a few percent.
    private const int ZstdLevel = 1;

    /// <summary>Reads the compression that is asked for.</summary>
    internal static FileCompression Read(string? compress, List<(string, string)> errors)
    {
        switch (compress)
        {
            case null:
                return FileCompression.None;
            case "gzip":
                return FileCompression.Gzip;
            case "zstd":
                return FileCompression.Zstd;
            default:
                errors.Add(("compress", "must be gzip or zstd"));
                return FileCompression.None;
        }
    }

    /// <summary>The media type of a file that would be of another without it.</summary>
    internal static string MediaTypeOf(FileCompression compression, string plain) => compression switch
    {
        FileCompression.Gzip => "application/gzip",
        FileCompression.Zstd => "application/zstd",
        _ => plain,
    };

    /// <summary>What a compressed file's name ends with, after the ending of what is in it.</summary>
    internal static string ExtensionOf(FileCompression compression) => compression switch
    {
        FileCompression.Gzip => ".gz",
        FileCompression.Zstd => ".zst",
        _ => "",
    };

    /// <summary>A stream that compresses what is written to it; it is to be disposed, and leaves the other open.</summary>
    internal static Stream Over(Stream body, FileCompression compression) => compression switch
    {
        FileCompression.Gzip => new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true),
        FileCompression.Zstd => new CompressionStream(body, ZstdLevel, leaveOpen: true),
        _ => throw new ArgumentOutOfRangeException(nameof(compression)),
    };
}
