using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>An XDP program, and a traffic control program for sent packets: the fast engine, which can also drop.</summary>
public sealed class XdpEngine : ICaptureEngine
{
    /// <summary>Why captured packets can't be dropped, where some are sent ones.</summary>
    internal const string DropOfSent = "to drop sent packets takes Linux 6.6 (tcx)";

    private const int MostQueues = 128;

    private readonly Lazy<string?> _unavailable = new(FindReason);

    /// <summary>Room for packets, all rings together; each has the least that is of use.</summary>
    internal int RingBytes { get; init; } = XdpProgram.UsualRingBytes;

    /// <summary>Where sent packets are seen; null for where this kernel shows them best.</summary>
    internal SentHook? SentHook { get; init; }

    /// <inheritdoc/>
    public CaptureEngineKind Kind => CaptureEngineKind.Xdp;

    /// <inheritdoc/>
    public string? UnavailableReason => _unavailable.Value;

    /// <inheritdoc/>
    public string? Refusal(CaptureInterface on)
    {
        ArgumentNullException.ThrowIfNull(on);
        return UnavailableReason ?? (on.LinkType == LinkType.Ethernet ? null : "it captures on Ethernet interfaces and loopback");
    }

    /// <inheritdoc/>
    public string? Refusal(CaptureSettings settings, CaptureInterface on)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Refusal(on) is { } reason)
            return reason;
        if (settings.Hwtstamp)
            return HardwareStamping.Refusal(on) ?? (Tells(on, XdpMetadata.Timestamp) ? null : "its driver tells XDP programs no time stamps");
        if (settings.Engine == CaptureEngineKind.Auto && settings.EffectiveDirection != CaptureDirection.Out && on.TakesVlanTagsOut && !Tells(on, XdpMetadata.VlanTag))
            return $"the device takes VLAN tags out of frames, and its driver does not tell XDP programs ('ethtool -K {on.Name} rxvlan off' leaves them in)";
        return settings.Mode == CaptureMode.Drop && XdpAttachment.SeesSent(settings.EffectiveDirection, on) && UsedHook == Xdp.SentHook.Socket
            ? DropOfSent
            : null;
    }

    /// <inheritdoc/>
    public CaptureSource Open(CaptureSettings settings, CaptureInterface on)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(on);
        var tags = on.TakesVlanTagsOut && Tells(on, XdpMetadata.VlanTag);
        try
        {
            return Open(settings, on, tags);
        }
        catch (CaptureRefusedException refusal) when (
            tags && !settings.Hwtstamp && settings.Engine == CaptureEngineKind.Xdp && refusal.Code == RefusalCode.EngineUnavailable)
        {
            // The driver would tell, but can't take the program now. Whoever wants this engine gets it behind the driver.
            return Open(settings, on, tags: false);
        }
    }

    private SentHook UsedHook => SentHook ?? SentHooks.Best;

    private XdpSource Open(CaptureSettings settings, CaptureInterface on, bool tags)
    {
        var filter = string.IsNullOrEmpty(settings.Filter) ? null : XdpFilter.Compile(settings.Filter, on, settings.Snaplen, tags);
        // First, so that no packet is let in that the device was not asked to stamp yet.
        var stamps = settings.Hwtstamp ? HardwareStamps.Open(on) : null;
        XdpProgram? program = null;
        XdpAttachment? attachment = null;
        try
        {
            var receiveQueues = Math.Min(on.RxQueues, MostQueues);
            var direction = settings.EffectiveDirection;
            var boundTo = stamps is not null || tags ? new BoundTo(on.Index, Stamps: stamps is not null, Tags: tags) : null;
            program = new XdpProgram(settings.Snaplen, receiveQueues, direction == CaptureDirection.Both, filter, RingBytes, boundTo, UsedHook)
            {
                Drop = settings.Mode == CaptureMode.Drop,
            };
            attachment = new XdpAttachment(program, on, direction, settings.Promiscuous);
            return new XdpSource(on, program, attachment, new CaptureLedger(Queues(receiveQueues, direction)), stamps);
        }
        catch (Exception exception)
        {
            attachment?.Dispose();
            program?.Dispose();
            stamps?.Dispose();
            if (exception is LinuxException refusal)
                throw Refused(on, refusal);
            throw;
        }
    }

    private static bool Tells(CaptureInterface on, XdpMetadata what)
    {
        try
        {
            return XdpDrivers.MetadataOf(on.Index).HasFlag(what);
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENODEV)
        {
            return false;
        }
    }

    private static CaptureRefusedException Refused(CaptureInterface on, LinuxException exception) => exception.Errno switch
    {
        Errno.EPERM or Errno.EACCES => CaptureRefusedException.MissingCapability(exception),
        Errno.ENODEV => new CaptureRefusedException(RefusalCode.InterfaceNotFound, $"The interface {on.Name} is gone.", exception),
        Errno.EBUSY or Errno.EEXIST => new CaptureRefusedException(
            RefusalCode.InterfaceBusy,
            $"The interface {on.Name} has an XDP program already ('ip link show {on.Name}' names it). Stop what attached it, or capture in mirror mode with the engine packet, which works beside it.",
            exception),
        _ => new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The xdp engine {exception.Message}.", exception),
    };

    /// <summary>Rows as the program numbers them: the receive queues, then sent packets.</summary>
    private static QueueLedger[] Queues(int receiveQueues, CaptureDirection direction)
    {
        var received = Enumerable.Range(0, receiveQueues).Select(queue => new QueueLedger(queue, direction == CaptureDirection.Out ? "" : $"rx{queue}"));
        return [.. received, new QueueLedger(-1, direction == CaptureDirection.In ? "" : "tx")];
    }

    /// <summary>Whether a kernel's version, as uname(2) tells it, is one with PREEMPT_RT. Not all of these have /sys/kernel/realtime.</summary>
    internal static bool IsRealTime(string version) => version.Contains("PREEMPT_RT", StringComparison.Ordinal);

    private static string? FindReason()
    {
        // There, softirqs can be interrupted, and a processor's ring could have two writers.
        if (IsRealTime(File.ReadAllText("/proc/sys/kernel/version")))
            return "kernels with PREEMPT_RT are not supported";
        // By these libbpf fits the program to the kernel.
        if (!File.Exists("/sys/kernel/btf/vmlinux"))
            return "the kernel was built without type information (CONFIG_DEBUG_INFO_BTF)";
        try
        {
            using var program = new XdpProgram(CaptureSettings.DefaultSnaplen, receiveQueues: 1, withDirection: true, filter: null, ringBytes: 0, sentHook: SentHooks.Best);
            return null;
        }
        catch (DllNotFoundException)
        {
            return "it needs libbpf (Debian: apt-get install libbpf1)";
        }
        catch (LinuxException exception) when (exception.Errno == Errno.EPERM || !Capabilities.MayComputeAddresses)
        {
            // Without CAP_PERFMON the verifier does not let the program compute where in its ring it writes.
            return "it needs the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON";
        }
        catch (LinuxException exception)
        {
            return $"it {exception.Message}";
        }
    }
}
