namespace MgCap.Capture.Pcapng;

/// <summary>Which way a packet went; the numbers are those of epb_flags (draft-ietf-opsawg-pcapng section 4.3.1).</summary>
public enum PacketDirection
{
    /// <summary>Not known, or not worth saying because only one direction was captured.</summary>
    Unknown = 0,

    /// <summary>Received by the interface.</summary>
    Inbound = 1,

    /// <summary>Sent by the interface.</summary>
    Outbound = 2,
}
