using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MgCap.Capture.Pipeline;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>A finished block as capture.bpf.c writes it, with the queue where the interface's number is to be.</summary>
internal static class ProgramBlock
{
    /// <summary>The queue's place in the ledger, and marks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int QueueOf(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[8..]);

    /// <summary>Copies a block to the encoder.</summary>
    /// <returns>false when a stop condition is reached and no more is to be written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Copy(ReadOnlySpan<byte> block, int queue, long time, PacketEncoder encoder)
    {
        var captured = BinaryPrimitives.ReadInt32LittleEndian(block[20..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(block[24..]);
        return encoder.WriteBlock(queue, time, captured, length, block);
    }
}
