using System.Buffers;
using System.Buffers.Binary;

namespace MgCap.Capture.Pcapng;

/// <summary>Writes the format that came before PCAP-NG, little-endian, with nanoseconds (draft-ietf-opsawg-pcap).</summary>
public static class PcapFormat
{
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const int FileHeaderLength = 24;
    private const int PacketHeaderLength = 16;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Writes what a file or stream begins with (section 4).</summary>
    /// <param name="to">Where.</param>
    /// <param name="snapLength">Bytes kept of each packet.</param>
    /// <param name="linkType">What the packets begin with, as files number it.</param>
    public static void WriteFileHeader(IBufferWriter<byte> to, int snapLength, ushort linkType)
    {
        ArgumentNullException.ThrowIfNull(to);
        var header = to.GetSpan(FileHeaderLength)[..FileHeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], snapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], linkType);
        to.Advance(FileHeaderLength);
    }

    /// <summary>Writes a packet (section 5). A time before 1970 or after 2106 can't be said.</summary>
    /// <param name="to">Where.</param>
    /// <param name="time">When it was seen.</param>
    /// <param name="originalLength">Its length on the wire, in bytes.</param>
    /// <param name="data">What was kept of it.</param>
    public static void WritePacket(IBufferWriter<byte> to, Timestamp time, int originalLength, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(to);
        var length = PacketHeaderLength + data.Length;
        var packet = to.GetSpan(length)[..length];
        BinaryPrimitives.WriteUInt32LittleEndian(packet, (uint)(time.Nanoseconds / NanosecondsPerSecond));
        BinaryPrimitives.WriteUInt32LittleEndian(packet[4..], (uint)(time.Nanoseconds % NanosecondsPerSecond));
        BinaryPrimitives.WriteInt32LittleEndian(packet[8..], data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(packet[12..], originalLength);
        data.CopyTo(packet[PacketHeaderLength..]);
        to.Advance(length);
    }
}
