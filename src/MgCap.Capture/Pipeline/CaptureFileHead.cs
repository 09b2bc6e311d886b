using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// What a capture's file begins with: the section's header, and the interfaces that are described before any packet comes. There is
/// at least one: libpcap refuses a file without (draft-ietf-opsawg-pcapng section 4.2 has it optional). Others follow with their first packet.
/// </summary>
internal sealed class CaptureFileHead
{
    /// <param name="description">What the file says.</param>
    /// <param name="queues">The capture's queues.</param>
    internal CaptureFileHead(CaptureFileDescription description, IReadOnlyList<QueueLedger> queues)
    {
        // A queue with a name is one that packets are expected from; of the others there may never be any.
        var first = Enumerable.Range(0, queues.Count).FirstOrDefault(queue => queues[queue].Name != "");
        Queues = [first];
        var section = description.Section();
        var described = Queues.Select(queue => description.Interface(queues[queue])).ToList();
        var blocks = new byte[PcapngEncoder.SectionHeaderLength(section) + described.Sum(PcapngEncoder.InterfaceDescriptionLength)];
        var length = PcapngEncoder.WriteSectionHeader(blocks, section);
        var offsets = new List<int>();
        foreach (var each in described)
        {
            offsets.Add(length);
            length += PcapngEncoder.WriteInterfaceDescription(blocks.AsSpan(length), each);
        }

        Blocks = blocks;
        Summary = PacketSummary.None with { Descriptions = offsets };
    }

    /// <summary>The queues that are described in it, by their place in the ledger; their interfaces have the numbers 0, 1 and so on.</summary>
    internal IReadOnlyList<int> Queues { get; }

    /// <summary>The blocks themselves.</summary>
    internal ReadOnlyMemory<byte> Blocks { get; }

    /// <summary>Where in them the interfaces are.</summary>
    internal PacketSummary Summary { get; }
}
