using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;

namespace MgCap.Web.Dissection;

/// <summary>
/// A part of a capture that is dissected in one go: small enough for a helper with little memory and a second's patience.
/// What a dissector learns from earlier packets (streams, reassembly) it learns within the slice.
/// </summary>
/// <param name="Index">The capture's index.</param>
/// <param name="Offset">Where the slice starts in the capture, in bytes.</param>
/// <param name="End">Where it ends.</param>
/// <param name="FirstPacket">Packets in the capture before it.</param>
/// <param name="Packets">Packets in it.</param>
public sealed record PacketSlice(CaptureIndex Index, long Offset, long End, long FirstPacket, long Packets)
{
    private const long MaxPackets = 10_000;
    private const long MaxBytes = 8 * 1024 * 1024;

    /// <summary>Packets in the capture up to its end.</summary>
    public long EndPacket => FirstPacket + Packets;

    /// <summary>Which part of which capture it is.</summary>
    internal (string Name, long Offset, long End) Key => (Index.Files.Name, Offset, End);

    /// <summary>Whether it holds the whole capture.</summary>
    public bool IsWholeCapture => Packets == Index.Packets;

    /// <summary>
    /// A capture's slices, in order: as many segments as fit, and at least one. Those of a capture that grows stay as they are,
    /// but for the last.
    /// </summary>
    public static IEnumerable<PacketSlice> Of(CaptureIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        PacketSlice? slice = null;
        foreach (var entry in index.Entries)
        {
            if (slice is not null && (slice.Packets + entry.Packets > MaxPackets || entry.End - slice.Offset > MaxBytes))
            {
                yield return slice;
                slice = null;
            }

            slice = slice is null
                ? new PacketSlice(index, entry.Offset, entry.End, entry.FirstPacket, entry.Packets)
                : slice with { End = entry.End, Packets = slice.Packets + entry.Packets };
        }

        if (slice is not null)
            yield return slice;
    }

    /// <summary>Opens the slice as a PCAP-NG file of its own.</summary>
    /// <exception cref="IOException">The capture's file can't be read.</exception>
    public SliceStream Open() => SliceStream.Open(Index, Offset, End);

    /// <summary>Reads the slice's packets from one of them on, in order.</summary>
    /// <param name="skip">Packets of the slice that are passed over.</param>
    /// <exception cref="IOException">The capture's file can't be read.</exception>
    public IEnumerable<RawPacket> Read(long skip)
    {
        using var reader = PcapngReader.Open(Open());
        for (var number = FirstPacket; reader.Read();)
        {
            if (reader.BlockKind == PcapngBlockKind.Packet && ++number > FirstPacket + skip)
                yield return RawPacket.Of(reader, number);
        }
    }
}

/// <summary>A packet as it is in the file, kept.</summary>
/// <param name="Number">Its place in the capture, from 1.</param>
/// <param name="Time">When it was seen; null where the file does not say.</param>
/// <param name="Interface">The interface's name; null where the file does not say.</param>
/// <param name="LinkType">The kind of its outermost header, as files number them.</param>
/// <param name="Direction">Which way it went.</param>
/// <param name="Length">Bytes on the wire.</param>
/// <param name="Data">What was kept of it.</param>
public sealed record RawPacket(long Number, Timestamp? Time, string? Interface, ushort LinkType, PacketDirection Direction, long Length, byte[] Data)
{
    /// <summary>The packet that a reader is at.</summary>
    internal static RawPacket Of(PcapngReader reader, long number)
    {
        var packet = reader.Packet;
        return new RawPacket(
            number, packet.Time, reader.Interface.Name, reader.Interface.LinkType, packet.Direction, packet.OriginalLength, packet.Data.ToArray());
    }
}
