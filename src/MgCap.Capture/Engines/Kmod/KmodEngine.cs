using System.Numerics;
using MgCap.Capture.Filtering;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Kmod;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>The kernel module mgcap.ko: sees what any interface receives, before the protocols do, and can drop it.</summary>
public sealed class KmodEngine : ICaptureEngine
{
    // Room for packets, all rings together; each has the least that the module makes.
    private const int DefaultRingBytes = 64 * 1024 * 1024;

    /// <inheritdoc/>
    public string Name => EngineNames.Kmod;

    /// <inheritdoc/>
    public EngineCapabilities Capabilities { get; } =
        new(CanDrop: true, [CaptureDirection.In], [LinkType.Ethernet.Name, LinkType.RawIp.Name], HardwareStamps: true);

    /// <summary>Looked up again each time: modules come and go.</summary>
    public string? UnavailableReason => KmodControl.UnavailableReason();

    /// <inheritdoc/>
    public string? Refusal(CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(nic);
        return UnavailableReason
            ?? (Capabilities.Takes(nic.LinkType) ? null : "it captures on Ethernet interfaces, loopback and tunnels of IP packets");
    }

    /// <inheritdoc/>
    public string? Refusal(CaptureSettings settings, CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Refusal(nic) is { } reason)
            return reason;
        if (!SeesAllOf(settings.EffectiveDirection, nic))
            return "it sees received packets only (direction in)";
        return settings.Hwtstamp ? HardwareStamping.Refusal(nic) : null;
    }

    /// <inheritdoc/>
    public CaptureSource Open(CaptureSettings settings, CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(nic);
        // First, so that no packet is let in that the device was not asked to stamp yet.
        var stamps = settings.Hwtstamp ? HardwareStamps.Open(nic) : null;
        try
        {
            return Open(settings, nic, stamps);
        }
        catch (LinuxException exception)
        {
            stamps?.Dispose();
            throw KmodControl.Refused(nic.Name, exception);
        }
        catch (InvalidDataException exception)
        {
            stamps?.Dispose();
            throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The kmod engine can't be used: {exception.Message}.", exception);
        }
        catch
        {
            stamps?.Dispose();
            throw;
        }
    }

    private static KmodSource Open(CaptureSettings settings, CaptureInterface nic, HardwareStamps? stamps)
    {
        var options = new ModuleCaptureOptions
        {
            InterfaceIndex = nic.Index,
            Drop = settings.Mode == CaptureMode.Drop,
            Snaplen = settings.Snaplen,
            Slots = SlotsFor(settings.Snaplen, Processors.Possible),
            Filter = string.IsNullOrEmpty(settings.Filter) ? null : (ReadOnlyMemory<ClassicInstruction>)CaptureFilter.ProgramFor(settings, nic),
            EndsWithSocket = true,
        };
        var capture = new KmodCapture(options, nic, settings.Promiscuous);
        try
        {
            return new KmodSource(nic, capture, new KmodQueues(nic.RxQueues, capture.Device.Memory.Queues), stamps);
        }
        catch
        {
            capture.Dispose();
            throw;
        }
    }

    /// <summary>Slots of each ring, so that all rings take up as much memory as they usually do.</summary>
    internal static int SlotsFor(int snaplen, int rings)
    {
        var room = DefaultRingBytes / rings / ModuleCaptureOptions.SlotSize(snaplen);
        var powerOfTwo = 1 << BitOperations.Log2((uint)Math.Max(room, 1));
        return Math.Clamp(powerOfTwo, ModuleCaptureOptions.MinSlots, ModuleCaptureOptions.MaxSlots);
    }

    /// <summary>Loopback shows every packet twice; the one that is received is enough.</summary>
    private static bool SeesAllOf(CaptureDirection direction, CaptureInterface nic) =>
        direction == CaptureDirection.In || (direction == CaptureDirection.Both && nic.IsLoopback);
}
