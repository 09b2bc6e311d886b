using MgCap.Capture.Interfaces;

namespace MgCap.Capture.Engines;

/// <summary>
/// A way to take packets from an interface: what it is called, what it can do, whether it can be had, and how it is opened. A new one is a
/// folder beside the others and a line in <see cref="CaptureEngines"/>.
/// </summary>
public interface ICaptureEngine
{
    /// <summary>Lower case, as requests name it.</summary>
    string Name { get; }

    /// <summary>What it can do at best; an interface or a kernel may take something away, which <c>Refusal</c> says.</summary>
    EngineCapabilities Capabilities { get; }

    /// <summary>Why it can't be used on this machine; null where it can.</summary>
    string? UnavailableReason { get; }

    /// <summary>Why it can't be used on an interface, whatever is asked; null where it can.</summary>
    string? Refusal(CaptureInterface nic);

    /// <summary>Why it can't do what is asked; null where it can.</summary>
    string? Refusal(CaptureSettings settings, CaptureInterface nic);

    /// <summary>Starts to receive.</summary>
    /// <exception cref="CaptureRefusedException">It can't.</exception>
    CaptureSource Open(CaptureSettings settings, CaptureInterface nic);
}

/// <summary>What an engine can do.</summary>
/// <param name="CanDrop">Whether captured packets can be made to go no further.</param>
/// <param name="Directions">The directions that it sees.</param>
/// <param name="LinkTypes">What packets may start with, by the names of "tcpdump -L"; null for anything.</param>
/// <param name="HardwareStamps">Whether packets can have the device's time stamps.</param>
public sealed record EngineCapabilities(bool CanDrop, IReadOnlyList<CaptureDirection> Directions, IReadOnlyList<string>? LinkTypes, bool HardwareStamps)
{
    /// <summary>In, out and both.</summary>
    internal static IReadOnlyList<CaptureDirection> EveryDirection { get; } = Enum.GetValues<CaptureDirection>();

    /// <summary>Whether packets may start so.</summary>
    internal bool Takes(LinkType linkType) => LinkTypes?.Contains(linkType.Name) ?? true;
}
