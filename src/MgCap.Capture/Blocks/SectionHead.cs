using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Blocks;

/// <summary>
/// What every file and every stream of a capture begins with: the section's header, and one interface for each of the capture's queues,
/// whether packets come from it or not. A packet's interface has the number of its queue's row in the ledger.
/// </summary>
public sealed class SectionHead
{
    private const long BitsPerMegabit = 1_000_000;

    /// <param name="section">The section.</param>
    /// <param name="interfaces">Its interfaces, at least one: libpcap refuses a file without (draft-ietf-opsawg-pcapng section 4.2 has it optional).</param>
    internal SectionHead(SectionHeader section, IReadOnlyList<InterfaceDescription> interfaces)
    {
        var blocks = new byte[PcapngEncoder.SectionHeaderLength(section) + interfaces.Sum(PcapngEncoder.InterfaceDescriptionLength)];
        var offsets = new int[interfaces.Count];
        var length = PcapngEncoder.WriteSectionHeader(blocks, section);
        for (var i = 0; i < interfaces.Count; i++)
        {
            offsets[i] = length;
            length += PcapngEncoder.WriteInterfaceDescription(blocks.AsSpan(length), interfaces[i]);
        }

        Blocks = blocks;
        Descriptions = offsets;
    }

    /// <summary>The blocks themselves.</summary>
    public ReadOnlyMemory<byte> Blocks { get; }

    /// <summary>Where in them the interfaces are described, in bytes.</summary>
    public IReadOnlyList<int> Descriptions { get; }

    /// <summary>That of a capture.</summary>
    /// <param name="settings">What is captured.</param>
    /// <param name="queues">The capture's queues, each with its interface; there is at least one.</param>
    /// <param name="clock">What is known of the clock that stamps the packets; null where the kernel stamps them.</param>
    internal static SectionHead Of(CaptureSettings settings, IEnumerable<(CaptureInterface Nic, QueueLedger Queue)> queues, CaptureClock? clock) =>
        new(Section(settings), [.. queues.Select(each => Interface(settings, each.Nic, each.Queue, clock))]);

    /// <summary>What a file says of the clock that stamps its packets; null where the kernel stamps them.</summary>
    internal static string? ClockComment(CaptureClock? clock) => clock is null ? null : $"hardware time stamps, {clock.Describe()}";

    private static SectionHeader Section(CaptureSettings settings) => new()
    {
        Hardware = About.Hardware,
        OperatingSystem = About.OperatingSystem,
        UserApplication = About.Application,
        Comment = settings.Comment == "" ? null : settings.Comment,
    };

    private static InterfaceDescription Interface(CaptureSettings settings, CaptureInterface nic, QueueLedger queue, CaptureClock? clock) => new()
    {
        Name = queue.NameOn(nic.Name),
        LinkType = nic.LinkType.FileNumber,
        SnapLength = (uint)settings.Snaplen,
        Filter = string.IsNullOrEmpty(settings.Filter) ? null : settings.Filter,
        SpeedBitsPerSecond = nic.SpeedMbps is { } speed ? (ulong)(speed * BitsPerMegabit) : null,
        Hardware = nic.Driver,
        OperatingSystem = About.OperatingSystem,
        MacAddress = nic.Mac,
        Comment = nic.Members is { } members ? $"interfaces by number: {members}" : ClockComment(clock),
    };
}
