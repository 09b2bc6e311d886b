using System.Text.Json.Serialization;

namespace MgCap.Capture;

/// <summary>Why a capture ended.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<StopReason>))]
public enum StopReason
{
    /// <summary>Somebody stopped it.</summary>
    User,
    /// <summary>It has the packets it was asked for.</summary>
    Packets,
    /// <summary>It has the bytes it was asked for.</summary>
    Bytes,
    /// <summary>Its time was up.</summary>
    Seconds,
    /// <summary>The interface was removed, moved to another network namespace, or changed its type. One that goes down ends nothing.</summary>
    InterfaceDown,
    /// <summary>There was no room for more.</summary>
    StorageFull,
    /// <summary>The program ended.</summary>
    Shutdown,
    /// <summary>Something failed.</summary>
    Error,
}
