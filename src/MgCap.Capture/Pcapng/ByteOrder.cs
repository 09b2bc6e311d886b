using System.Buffers.Binary;

namespace MgCap.Capture.Pcapng;

/// <summary>Reads the numbers of a section in its own byte order (draft-ietf-opsawg-pcapng section 3.6.1).</summary>
internal readonly record struct ByteOrder(bool IsBigEndian)
{
    public ushort UInt16(ReadOnlySpan<byte> bytes) => IsBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) => IsBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public ulong UInt64(ReadOnlySpan<byte> bytes) => IsBigEndian
        ? BinaryPrimitives.ReadUInt64BigEndian(bytes)
        : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>A time: two 32-bit numbers, the high half first in both byte orders (section 4.3).</summary>
    public ulong Time(ReadOnlySpan<byte> bytes) => ((ulong)UInt32(bytes) << 32) | UInt32(bytes[sizeof(uint)..]);
}
