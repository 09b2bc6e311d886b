using System.Buffers.Binary;

namespace MgCap.Capture.Storage;

/// <summary>
/// A record of the file beside a capture's file. All are of one size, so that one that a crash cut short is known by its length:
/// <code>
///   0  u32 kind        4  u32 version (of the first record; otherwise 0)
///   8  i64 offset      16 i64 length
///   24 i64 packets before   32 i64 packets
///   40 i64 first time  48 i64 last time  56 i64 bytes on the wire
/// </code>
/// Numbers are little-endian. The first record says what the file is; one of an interface has an offset and a length only.
/// </summary>
internal static class IndexRecord
{
    internal const int Size = 64;

    /// <summary>"MgIx": the first record of the file.</summary>
    internal const uint Head = 0x7849674d;
    internal const uint Segment = 1;
    internal const uint Interface = 2;

    private const uint Version = 1;

    internal static void WriteHead(Span<byte> record)
    {
        record[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Head);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Version);
    }

    internal static bool IsHead(ReadOnlySpan<byte> record) =>
        KindOf(record) == Head && BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == Version;

    internal static void Write(Span<byte> record, uint kind, in IndexEntry entry)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, kind);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], entry.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], entry.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[24..], entry.FirstPacket);
        BinaryPrimitives.WriteInt64LittleEndian(record[32..], entry.Packets);
        BinaryPrimitives.WriteInt64LittleEndian(record[40..], entry.FirstTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[48..], entry.LastTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[56..], entry.WireBytes);
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
}
