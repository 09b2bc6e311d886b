using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MgCap.Capture.Pcapng;

/// <summary>
/// Writes PCAP-NG blocks into memory, little-endian, each whole or not at all (draft-ietf-opsawg-pcapng).
/// Every method returns the bytes it wrote, a multiple of four, and throws <see cref="ArgumentException"/> before it writes
/// where the destination is too short.
/// </summary>
public static class PcapngEncoder
{
    /// <summary>Bytes of the option epb_flags and the end of the options.</summary>
    private const int FlagsLength = 12;

    /// <summary>Bytes that <see cref="CopyWithDropCount"/> adds at most: the option and the end of the options.</summary>
    internal const int DropCountLength = 16;

    private const int StatisticsOptionsAt = 20;

    private const uint FlagsOptionHead = OptionCode.PacketFlags | (4u << 16);

    /// <summary>The length of the block that <see cref="WriteSectionHeader"/> writes, in bytes.</summary>
    public static int SectionHeaderLength(SectionHeader section)
    {
        var block = new BlockWriter();
        return Describe(ref block, section);
    }

    /// <summary>Writes a Section Header Block (section 4.1); the section's length is left unknown.</summary>
    public static int WriteSectionHeader(Span<byte> destination, SectionHeader section)
    {
        Require(destination, SectionHeaderLength(section));
        var block = new BlockWriter(destination);
        return Describe(ref block, section);
    }

    /// <summary>The length of the block that <see cref="WriteInterfaceDescription"/> writes, in bytes.</summary>
    public static int InterfaceDescriptionLength(InterfaceDescription description)
    {
        var block = new BlockWriter();
        return Describe(ref block, description);
    }

    /// <summary>Writes an Interface Description Block (section 4.2); its times are in nanoseconds.</summary>
    public static int WriteInterfaceDescription(Span<byte> destination, InterfaceDescription description)
    {
        Require(destination, InterfaceDescriptionLength(description));
        var block = new BlockWriter(destination);
        return Describe(ref block, description);
    }

    /// <summary>The length of the block that <see cref="WriteInterfaceStatistics"/> writes, in bytes.</summary>
    public static int InterfaceStatisticsLength(in InterfaceStatistics statistics)
    {
        var block = new BlockWriter();
        return Describe(ref block, statistics);
    }

    /// <summary>Writes an Interface Statistics Block (section 4.6).</summary>
    public static int WriteInterfaceStatistics(Span<byte> destination, in InterfaceStatistics statistics)
    {
        Require(destination, InterfaceStatisticsLength(statistics));
        var block = new BlockWriter(destination);
        return Describe(ref block, statistics);
    }

    /// <summary>The length of the block that <c>WriteEnhancedPacket</c> writes, in bytes.</summary>
    /// <param name="captured">Bytes kept of the packet.</param>
    /// <param name="withFlags">Whether the packet's direction is written.</param>
    public static int EnhancedPacketLength(int captured, bool withFlags) =>
        PcapngFormat.EnhancedPacketHeaderLength + PcapngFormat.Padded(captured) + (withFlags ? FlagsLength : 0) + sizeof(uint);

    /// <summary>Writes an Enhanced Packet Block (section 4.3). Allocates nothing.</summary>
    /// <param name="destination">At least <see cref="EnhancedPacketLength"/> bytes.</param>
    /// <param name="interfaceId">The interface's number in the section, from 0.</param>
    /// <param name="time">When the packet was seen; before 1970 cannot be said and is written as 1970.</param>
    /// <param name="originalLength">The packet's length on the wire, in bytes; at least that of <paramref name="data"/>.</param>
    /// <param name="data">What was kept of the packet.</param>
    /// <param name="direction">Written as epb_flags where it is known.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteEnhancedPacket(
        Span<byte> destination, int interfaceId, Timestamp time, int originalLength, ReadOnlySpan<byte> data,
        PacketDirection direction = PacketDirection.Unknown)
    {
        var body = BeginEnhancedPacket(destination, interfaceId, time, originalLength, data.Length, direction, out var length);
        data.CopyTo(body);
        return length;
    }

    /// <summary>
    /// Writes an Enhanced Packet Block whose data lies in three pieces, any of which may be empty: an Ethernet frame's
    /// addresses, the VLAN tag that the kernel or the device took out from behind them, and the rest.
    /// Otherwise as the method of one piece; the caller has cut the pieces to the snap length.
    /// </summary>
    public static int WriteEnhancedPacket(
        Span<byte> destination, int interfaceId, Timestamp time, int originalLength,
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third,
        PacketDirection direction = PacketDirection.Unknown)
    {
        var captured = first.Length + second.Length + third.Length;
        var body = BeginEnhancedPacket(destination, interfaceId, time, originalLength, captured, direction, out var length);
        first.CopyTo(body);
        second.CopyTo(body[first.Length..]);
        third.CopyTo(body[(first.Length + second.Length)..]);
        return length;
    }

    /// <summary>Gives a finished Enhanced Packet Block another interface.</summary>
    internal static void SetInterface(Span<byte> block, int interfaceId) => BinaryPrimitives.WriteUInt32LittleEndian(block[8..], (uint)interfaceId);

    /// <summary>Copies a finished Enhanced Packet Block and gives it another interface and time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyEnhancedPacket(Span<byte> destination, ReadOnlySpan<byte> block, int interfaceId, Timestamp time)
    {
        block.CopyTo(destination);
        SetInterface(destination, interfaceId);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], (uint)(time.Nanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], (uint)time.Nanoseconds);
    }

    /// <summary>What was kept of the packet of an Enhanced Packet Block that this has written.</summary>
    internal static ReadOnlySpan<byte> DataOf(ReadOnlySpan<byte> block, out Timestamp time, out int originalLength)
    {
        time = new Timestamp((long)(((ulong)BinaryPrimitives.ReadUInt32LittleEndian(block[12..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(block[16..])));
        originalLength = BinaryPrimitives.ReadInt32LittleEndian(block[24..]);
        return block.Slice(PcapngFormat.EnhancedPacketHeaderLength, BinaryPrimitives.ReadInt32LittleEndian(block[20..]));
    }

    /// <summary>The time of the first packet of whole blocks that this has written; null where there is none.</summary>
    internal static Timestamp? FirstPacketTime(ReadOnlySpan<byte> blocks)
    {
        for (; !blocks.IsEmpty; blocks = blocks[BinaryPrimitives.ReadInt32LittleEndian(blocks[4..])..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(blocks) != PcapngFormat.EnhancedPacketBlock)
                continue;
            _ = DataOf(blocks, out var time, out _);
            return time;
        }

        return null;
    }

    /// <summary>Copies an Enhanced Packet Block that this has written, and says how many packets of its interface are missing before it (epb_dropcount).</summary>
    /// <returns>The block's new length, in bytes.</returns>
    internal static int CopyWithDropCount(Span<byte> destination, ReadOnlySpan<byte> block, ulong dropped)
    {
        var optionsAt = PcapngFormat.EnhancedPacketHeaderLength + PcapngFormat.Padded(BinaryPrimitives.ReadInt32LittleEndian(block[20..]));
        var options = block[optionsAt..^sizeof(uint)];
        block[..optionsAt].CopyTo(destination);
        var rest = destination[optionsAt..];
        BinaryPrimitives.WriteUInt32LittleEndian(rest, OptionCode.PacketDropCount | (8u << 16));
        BinaryPrimitives.WriteUInt64LittleEndian(rest[4..], dropped);
        rest = rest[12..];
        if (options.IsEmpty)
            BinaryPrimitives.WriteUInt32LittleEndian(rest, OptionCode.EndOfOptions);
        options.CopyTo(rest);
        var length = optionsAt + 12 + Math.Max(options.Length, sizeof(uint)) + sizeof(uint);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[(length - sizeof(uint))..], (uint)length);
        return length;
    }

    /// <summary>Takes packets off those that an Interface Statistics Block that this has written calls delivered.</summary>
    internal static void SubtractDelivered(Span<byte> block, ulong packets)
    {
        var options = block[StatisticsOptionsAt..^sizeof(uint)];
        while (BinaryPrimitives.ReadUInt16LittleEndian(options) is not OptionCode.EndOfOptions and var code)
        {
            if (code == OptionCode.StatisticsUserDelivered)
                BinaryPrimitives.WriteUInt64LittleEndian(options[4..], BinaryPrimitives.ReadUInt64LittleEndian(options[4..]) - packets);
            options = options[(4 + PcapngFormat.Padded(BinaryPrimitives.ReadUInt16LittleEndian(options[2..])))..];
        }
    }

    /// <summary>Writes everything but the packet's data, and gives the place for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<byte> BeginEnhancedPacket(
        Span<byte> destination, int interfaceId, Timestamp time, int originalLength, int captured,
        PacketDirection direction, out int length)
    {
        Debug.Assert(originalLength >= captured, "a packet is not shorter on the wire than in the file");
        length = EnhancedPacketLength(captured, direction != PacketDirection.Unknown);
        Require(destination, length);
        var block = destination[..length];
        var body = block[PcapngFormat.EnhancedPacketHeaderLength..];
        var padded = PcapngFormat.Padded(captured);

        // The padding is the end of the data's last word: that word is cleared first, and the data come over it.
        if (captured > 0)
            BinaryPrimitives.WriteUInt32LittleEndian(body[(padded - sizeof(uint))..], 0);
        if (direction != PacketDirection.Unknown)
        {
            var options = body.Slice(padded, FlagsLength);
            BinaryPrimitives.WriteUInt32LittleEndian(options, FlagsOptionHead);
            BinaryPrimitives.WriteUInt32LittleEndian(options[4..], (uint)direction);
            BinaryPrimitives.WriteUInt32LittleEndian(options[8..], OptionCode.EndOfOptions);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(body[^sizeof(uint)..], (uint)length);

        var nanoseconds = (ulong)Math.Max(0, time.Nanoseconds);
        var header = block[..PcapngFormat.EnhancedPacketHeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, PcapngFormat.EnhancedPacketBlock);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)interfaceId);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)(nanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)captured);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)originalLength);
        return body[..captured];
    }

    private static int Describe(ref BlockWriter block, SectionHeader section)
    {
        block.Begin(PcapngFormat.SectionHeaderBlock);
        block.UInt32(PcapngFormat.ByteOrderMagic);
        block.UInt16(PcapngFormat.MajorVersion);
        block.UInt16(PcapngFormat.MinorVersion);
        block.UInt64(PcapngFormat.UnknownSectionLength);
        var fixedLength = block.Length;
        block.Option(OptionCode.Comment, section.Comment);
        block.Option(OptionCode.SectionHardware, section.Hardware);
        block.Option(OptionCode.SectionOperatingSystem, section.OperatingSystem);
        block.Option(OptionCode.SectionUserApplication, section.UserApplication);
        if (block.Length > fixedLength)
            block.EndOfOptions();
        return block.End();
    }

    private static int Describe(ref BlockWriter block, InterfaceDescription description)
    {
        block.Begin(PcapngFormat.InterfaceDescriptionBlock);
        block.UInt16(description.LinkType);
        block.UInt16(0);
        block.UInt32(description.SnapLength);
        block.Option(OptionCode.Comment, description.Comment);
        block.Option(OptionCode.InterfaceName, description.Name);
        block.Option(OptionCode.InterfaceDescription, description.Description);
        if (description.MacAddress?.GetAddressBytes() is { Length: 6 } mac)
            block.Option(OptionCode.InterfaceMacAddress, mac);
        if (description.SpeedBitsPerSecond is { } speed)
            block.Option(OptionCode.InterfaceSpeed, speed);
        block.Option(OptionCode.InterfaceTimeResolution, [InterfaceClock.Nanoseconds]);
        block.Option(OptionCode.InterfaceFilter, description.Filter, OptionCode.FilterIsText);
        block.Option(OptionCode.InterfaceOperatingSystem, description.OperatingSystem);
        block.Option(OptionCode.InterfaceHardware, description.Hardware);
        block.EndOfOptions();
        return block.End();
    }

    private static int Describe(ref BlockWriter block, in InterfaceStatistics statistics)
    {
        block.Begin(PcapngFormat.InterfaceStatisticsBlock);
        block.UInt32((uint)statistics.InterfaceId);
        block.Time(statistics.At);
        block.Option(OptionCode.Comment, statistics.Comment);
        block.Option(OptionCode.StatisticsStartTime, statistics.StartTime);
        block.Option(OptionCode.StatisticsEndTime, statistics.EndTime);
        block.Option(OptionCode.StatisticsReceived, statistics.Received);
        block.Option(OptionCode.StatisticsInterfaceDropped, statistics.InterfaceDropped);
        block.Option(OptionCode.StatisticsFilterAccepted, statistics.FilterAccepted);
        block.Option(OptionCode.StatisticsOperatingSystemDropped, statistics.OperatingSystemDropped);
        block.Option(OptionCode.StatisticsUserDelivered, statistics.UserDelivered);
        block.EndOfOptions();
        return block.End();
    }

    private static void Require(Span<byte> destination, int length)
    {
        if (destination.Length < length)
            ThrowTooShort(destination, length);
    }

    [DoesNotReturn]
    private static void ThrowTooShort(ReadOnlySpan<byte> destination, int needed) =>
        throw new ArgumentException(
            $"the block takes {needed} bytes; the destination has {destination.Length}", nameof(destination));
}
