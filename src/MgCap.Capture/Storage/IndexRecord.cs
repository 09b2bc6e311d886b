using System.Buffers.Binary;
using System.Numerics;

namespace MgCap.Capture.Storage;

/// <summary>
/// A record of the file beside a capture's file. All are of one size, so that one that a crash cut short is known by its length:
/// <code>
///   0  u32 kind        4  u32 version in the first record, in others CRC-32C of the rest
///   8  i64 offset      16 i64 length
///   24 i64 packets before   32 i64 packets
///   40 i64 first time  48 i64 last time  56 i64 bytes on the wire
/// </code>
/// Numbers are little-endian. The first record says what the file is; one of an interface has an offset only. Version 1 had no checksums.
/// </summary>
internal static class IndexRecord
{
    internal const int Size = 64;

    /// <summary>"MgIx": the first record of the file.</summary>
    internal const uint Head = 0x7849674d;
    internal const uint Segment = 1;
    internal const uint Interface = 2;

    private const uint VersionWithoutChecksums = 1;
    private const uint Version = 2;

    internal static void WriteHead(Span<byte> record)
    {
        record[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Head);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Version);
    }

    /// <summary>Whether it is the first record of a version that is known.</summary>
    internal static bool IsHead(ReadOnlySpan<byte> record, out bool withChecksums)
    {
        var version = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        withChecksums = version == Version;
        return KindOf(record) == Head && version is Version or VersionWithoutChecksums;
    }

    /// <summary>Whether all of a record was written. A crash may leave zeros in the place of its end.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == Checksum(record);

    internal static void Write(Span<byte> record, uint kind, in IndexEntry entry)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, kind);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], entry.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], entry.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[24..], entry.FirstPacket);
        BinaryPrimitives.WriteInt64LittleEndian(record[32..], entry.Packets);
        BinaryPrimitives.WriteInt64LittleEndian(record[40..], entry.FirstTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[48..], entry.LastTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[56..], entry.WireBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record));
    }

    internal static uint KindOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    internal static IndexEntry EntryOf(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadInt64LittleEndian(record[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[40..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[48..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[56..]));

    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        var sum = BitOperations.Crc32C(uint.MaxValue, KindOf(record));
        for (var at = 8; at < Size; at += sizeof(ulong))
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(record[at..]));
        return sum;
    }
}
