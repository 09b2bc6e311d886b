using System.Net;

namespace MgCap.Testing;

/// <summary>Who speaks to whom in a frame. The link-layer addresses are those of a <see cref="VethLab"/>: to the capture's end, from the sender's.</summary>
public sealed record Flow
{
    /// <summary>The sender's address.</summary>
    public IPAddress Source { get; init; } = IPAddress.Parse("10.77.0.1");

    /// <summary>The receiver's address.</summary>
    public IPAddress Destination { get; init; } = IPAddress.Parse("10.77.0.2");

    /// <summary>The sender's port.</summary>
    public ushort SourcePort { get; init; } = 40000;

    /// <summary>The receiver's port: one of which no dissector of Wireshark 4.0 to 4.4 thinks that it knows the payload.</summary>
    public ushort DestinationPort { get; init; } = 61235;

    /// <summary>The sender's link-layer address.</summary>
    public ReadOnlyMemory<byte> SourceMac { get; init; } = new byte[] { 2, 0, 0, 0, 0, 1 };

    /// <summary>The receiver's link-layer address.</summary>
    public ReadOnlyMemory<byte> DestinationMac { get; init; } = new byte[] { 2, 0, 0, 0, 0, 2 };

    /// <summary>Flows that differ in their addresses and ports; up to 65,536 of them are all different.</summary>
    public static Flow Numbered(int number) => new()
    {
        Source = new IPAddress([10, 77, (byte)(1 + (number >> 8)), (byte)number]),
        SourcePort = (ushort)(1024 + number % 60000),
    };

    /// <summary>The same between IPv6 addresses.</summary>
    public static Flow NumberedIPv6(int number) => Numbered(number) with
    {
        Source = IPAddress.Parse($"fd77::1:{number & 0xffff:x}"),
        Destination = IPAddress.Parse("fd77::2"),
    };
}
