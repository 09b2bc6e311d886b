using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Pipeline;

/// <summary>What a capture's file says about where its packets come from.</summary>
/// <param name="settings">What is captured.</param>
/// <param name="nic">The interface.</param>
/// <param name="linkType">What the packets start with.</param>
/// <param name="source">Knows who stamps the packets; without it, the kernel does.</param>
internal sealed class CaptureFileDescription(CaptureSettings settings, CaptureInterface nic, LinkType linkType, CaptureSource? source = null)
{
    private const long BitsPerMegabit = 1_000_000;

    /// <summary>The snap length of all its interfaces.</summary>
    internal int Snaplen { get; } = settings.Snaplen;

    /// <summary>Packets say their direction where both are captured.</summary>
    internal bool WithDirection { get; } = settings.EffectiveDirection == CaptureDirection.Both;

    internal SectionHeader Section() => new()
    {
        Hardware = About.Hardware,
        OperatingSystem = About.OperatingSystem,
        UserApplication = About.Application,
        Comment = settings.Comment == "" ? null : settings.Comment,
    };

    /// <summary>A queue's interface: <c>eth0/rx3</c>, <c>eth0/tx</c>, or plain <c>eth0</c> where the queue is not known.</summary>
    internal InterfaceDescription Interface(QueueLedger queue) => new()
    {
        Name = queue.Name == "" ? nic.Name : $"{nic.Name}/{queue.Name}",
        LinkType = linkType.FileNumber,
        SnapLength = (uint)settings.Snaplen,
        Filter = string.IsNullOrEmpty(settings.Filter) ? null : settings.Filter,
        SpeedBitsPerSecond = nic.SpeedMbps is { } speed ? (ulong)(speed * BitsPerMegabit) : null,
        Hardware = nic.Driver,
        OperatingSystem = About.OperatingSystem,
        MacAddress = nic.Mac,
        Comment = ClockComment(),
    };

    /// <summary>What is known by now of the clock that stamps the packets; null where the kernel stamps them.</summary>
    internal string? ClockComment() => source?.Clock is { } clock ? $"hardware time stamps, {clock.Describe()}" : null;
}
