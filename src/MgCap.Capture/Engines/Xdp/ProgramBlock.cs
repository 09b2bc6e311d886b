using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>
/// A finished block as capture.bpf.c writes it. Its interface's number is the queue's place among the source's; where the time stamp
/// is the device's, there is a mark in it.
/// </summary>
internal static class ProgramBlock
{
    /// <summary>The queue's place among the source's, and the mark.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int QueueOf(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[8..]);

    /// <summary>Bytes of the packet in the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CapturedOf(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[20..]);

    /// <summary>Bytes of the packet on the wire.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WireLengthOf(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[24..]);
}
