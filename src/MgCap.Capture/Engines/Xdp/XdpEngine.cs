using System.Diagnostics;
using MgCap.Capture.Filtering;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>An XDP program, or a traffic control program where that sees more of a frame: the fast engine, which can also drop.</summary>
public sealed class XdpEngine : ICaptureEngine
{
    /// <summary>Why captured packets can't be dropped, where some are sent ones.</summary>
    internal const string DropOfSent = "to drop sent packets takes Linux 6.6 (tcx)";

    private const int MaxQueues = 128;

    private readonly Lazy<string?> _unavailable = new(FindReason);

    /// <summary>Room for packets, all rings together; each has the least that is of use.</summary>
    internal int RingBytes { get; init; } = XdpProgram.DefaultRingBytes;

    /// <summary>Whether it does without tcx, as on a kernel that has none.</summary>
    internal bool WithoutTcx { get; init; }

    /// <summary>Whether it does without the tracepoint, as on a kernel before 6.12.</summary>
    internal bool WithoutTracepoint { get; init; }

    /// <summary>The only place where it sees received packets; null for the best that the interface and this kernel have.</summary>
    internal ReceiveHook? ReceiveAt { get; init; }

    /// <inheritdoc/>
    public string Name => EngineNames.Xdp;

    /// <inheritdoc/>
    public EngineCapabilities Capabilities { get; } =
        new(CanDrop: true, EngineCapabilities.EveryDirection, [LinkType.Ethernet.Name], HardwareStamps: true);

    /// <inheritdoc/>
    public string? UnavailableReason => _unavailable.Value;

    /// <inheritdoc/>
    public string? Refusal(CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(nic);
        return UnavailableReason ?? (Capabilities.Takes(nic.LinkType) ? null : "it captures on Ethernet interfaces and loopback");
    }

    /// <inheritdoc/>
    public string? Refusal(CaptureSettings settings, CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Refusal(nic) is { } reason)
            return reason;
        if (settings.Hwtstamp)
            return HardwareStamping.Refusal(nic) ?? (Tells(nic, XdpMetadata.Timestamp) ? null : "its driver tells XDP programs no time stamps");
        if (settings.EffectiveDirection != CaptureDirection.Out && PlacesToReceive(settings, nic).Count == 0)
        {
            return nic.IsStacked
                ? $"on a {nic.Kind} the kernel has taken VLAN tags out before XDP programs see frames, and it has no tcx (Linux 6.6), where they are known"
                : $"the device takes VLAN tags out of frames, and its driver does not tell XDP programs ('ethtool -K {nic.Name} rxvlan off' leaves them in)";
        }

        return settings.Mode == CaptureMode.Drop && SeesSent(settings.EffectiveDirection, nic) && !HasTcx ? DropOfSent : null;
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
        catch (Exception exception)
        {
            stamps?.Dispose();
            if (exception is LinuxException refusal)
                throw Refused(nic, refusal);
            throw;
        }
    }

    private bool HasTcx => !WithoutTcx && ReceiveHooks.KernelHasTcx;

    /// <summary>Whether sent packets are captured. Loopback shows every packet twice; the one that is received is enough.</summary>
    private static bool SeesSent(CaptureDirection direction, CaptureInterface nic) =>
        direction == CaptureDirection.Out || (direction == CaptureDirection.Both && !nic.IsLoopback);

    private IReadOnlyList<ReceiveHook> PlacesToReceive(CaptureSettings settings, CaptureInterface nic)
    {
        if (settings.EffectiveDirection == CaptureDirection.Out)
            return [ReceiveHook.None];
        if (ReceiveAt is { } place)
            return [place];
        // Only the driver knows the device's stamps.
        if (settings.Hwtstamp)
            return [ReceiveHook.Bound];
        return ReceiveHooks.For(nic, HasTcx, nic.StripsVlanTags && Tells(nic, XdpMetadata.VlanTag), evenWithoutTags: settings.Engine == Name);
    }

    private XdpSource Open(CaptureSettings settings, CaptureInterface nic, HardwareStamps? stamps)
    {
        var tags = nic.StripsVlanTags && Tells(nic, XdpMetadata.VlanTag);
        var filter = string.IsNullOrEmpty(settings.Filter) ? null : XdpFilter.Compile(CaptureFilter.ProgramFor(settings, nic), nic, tags);
        var places = PlacesToReceive(settings, nic);
        foreach (var place in places)
        {
            try
            {
                return OpenAt(place, settings, nic, stamps, filter, tags);
            }
            catch (LinuxException exception) when (
                place != places[^1] && exception.Errno is not (Errno.EBUSY or Errno.EEXIST or Errno.EPERM or Errno.EACCES or Errno.ENODEV))
            {
                // The driver has no XDP, or not for this MTU or these settings.
            }
        }

        throw new UnreachableException();
    }

    private XdpSource OpenAt(ReceiveHook place, CaptureSettings settings, CaptureInterface nic, HardwareStamps? stamps, XdpFilter? filter, bool tags)
    {
        var direction = settings.EffectiveDirection;
        var receiveQueues = direction == CaptureDirection.Out ? 0 : Math.Min(nic.RxQueues, MaxQueues);
        var hooks = new XdpHooks
        {
            Receive = place,
            Binding = place == ReceiveHook.Bound ? new DriverBinding(nic.Index, Stamps: stamps is not null, Tags: tags) : null,
            Egress = !SeesSent(direction, nic) ? EgressHook.None : WithoutTracepoint || !EgressHooks.KernelHasTracepoint ? EgressHook.PacketSocket : EgressHook.Tracepoint,
            Traced = TracedInterface.Of(nic),
            CanDropSent = HasTcx,
            FirstQueueMapping = nic.FirstQueueMapping,
        };
        XdpProgram? program = null;
        XdpAttachment? attachment = null;
        try
        {
            program = new XdpProgram(settings.Snaplen, receiveQueues, direction == CaptureDirection.Both, filter, RingBytes, hooks)
            {
                Drop = settings.Mode == CaptureMode.Drop,
            };
            attachment = new XdpAttachment(program, nic, settings.Promiscuous);
            return new XdpSource(nic, program, attachment, Queues(receiveQueues, direction), stamps);
        }
        catch
        {
            attachment?.Dispose();
            program?.Dispose();
            throw;
        }
    }

    private static bool Tells(CaptureInterface nic, XdpMetadata what)
    {
        try
        {
            return XdpDrivers.MetadataOf(nic.Index).HasFlag(what);
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENODEV)
        {
            return false;
        }
    }

    private static CaptureRefusedException Refused(CaptureInterface nic, LinuxException exception) => exception.Errno switch
    {
        Errno.EPERM or Errno.EACCES => CaptureRefusedException.MissingCapability(exception),
        Errno.ENODEV => new CaptureRefusedException(RefusalCode.InterfaceNotFound, $"The interface {nic.Name} is gone.", exception),
        Errno.EBUSY or Errno.EEXIST => new CaptureRefusedException(
            RefusalCode.InterfaceBusy,
            $"The interface {nic.Name} has an XDP program already ('ip link show {nic.Name}' names it). Stop what attached it, or capture in mirror mode with the engine packet, which works beside it.",
            exception),
        _ => new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The xdp engine {exception.Message}.", exception),
    };

    /// <summary>Rows as the program numbers them: the receive queues, then sent packets.</summary>
    private static QueueLedger[] Queues(int receiveQueues, CaptureDirection direction)
    {
        var received = Enumerable.Range(0, receiveQueues).Select(queue => new QueueLedger(queue, $"rx{queue}"));
        return direction == CaptureDirection.In ? [.. received] : [.. received, new QueueLedger(-1, "tx")];
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
            using var program = new XdpProgram(CaptureSettings.DefaultSnaplen, receiveQueues: 1, withDirection: true, filter: null, ringBytes: 0, new XdpHooks { Egress = EgressHook.PacketSocket, CanDropSent = ReceiveHooks.KernelHasTcx });
            return null;
        }
        catch (DllNotFoundException)
        {
            return "it needs libbpf (Debian: apt-get install libbpf1)";
        }
        catch (LinuxException exception) when (exception.Errno == Errno.EPERM || !Linux.Capabilities.MayComputeAddresses)
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
