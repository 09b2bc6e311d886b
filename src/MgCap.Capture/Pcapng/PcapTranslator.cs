using System.Buffers;
using System.Buffers.Binary;

namespace MgCap.Capture.Pcapng;

/// <summary>Makes the older format (<see cref="PcapFormat"/>) of the blocks of a capture, whose interfaces have one link type. One thread.</summary>
internal sealed class PcapTranslator
{
    private readonly ArrayBufferWriter<byte> _made = new();

    /// <summary>The first interface that a section's head describes.</summary>
    internal static InterfaceDescription FirstInterface(ReadOnlyMemory<byte> head)
    {
        using var blocks = PcapngReader.Open(new MemoryStream(head.ToArray()));
        while (blocks.BlockKind != PcapngBlockKind.InterfaceDescription)
            blocks.Read();
        return blocks.Interface;
    }

    /// <summary>What the file begins with. Valid until the next call.</summary>
    /// <param name="head">The section's head.</param>
    internal ReadOnlySpan<byte> Begin(ReadOnlyMemory<byte> head)
    {
        _made.ResetWrittenCount();
        var first = FirstInterface(head);
        PcapFormat.WriteFileHeader(_made, (int)first.SnapLength, first.LinkType);
        return _made.WrittenSpan;
    }

    /// <summary>The packets of whole blocks; the format has nothing else. Valid until the next call.</summary>
    /// <param name="blocks">Blocks that <see cref="PcapngEncoder"/> has written.</param>
    internal ReadOnlySpan<byte> Translate(ReadOnlySpan<byte> blocks)
    {
        _made.ResetWrittenCount();
        for (; !blocks.IsEmpty; blocks = blocks[(int)BinaryPrimitives.ReadUInt32LittleEndian(blocks[4..])..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(blocks) != PcapngFormat.EnhancedPacketBlock)
                continue;
            var data = PcapngEncoder.DataOf(blocks, out var time, out var originalLength);
            PcapFormat.WritePacket(_made, time, originalLength, data);
        }

        return _made.WrittenSpan;
    }
}
