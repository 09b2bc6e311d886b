using System.Collections;
using System.Diagnostics;
using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Traffic;

/// <summary>The paths of all threads, by the method that was chosen. Owns them.</summary>
internal sealed class TrafficPaths : IReadOnlyList<ITrafficPath>, IDisposable
{
    private const int ProbePackets = 64;
    private const string Veth = "veth";

    // NAPI on another core has received by then what it will receive.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    private readonly ITrafficPath[] _paths;
    private readonly DeviceCounters _counters;
    private long _probed;

    private TrafficPaths(DeviceCounters counters, TrafficMethod method, string reason, ITrafficPath[] paths)
    {
        (_counters, Method, Reason, _paths) = (counters, method, reason, paths);
    }

    internal TrafficMethod Method { get; }

    internal string Reason { get; }

    /// <summary>How long it took to send the packets that showed whether XDP works.</summary>
    internal TimeSpan ProbeTime { get; private set; }

    public int Count => _paths.Length;

    public ITrafficPath this[int index] => _paths[index];

    public IEnumerator<ITrafficPath> GetEnumerator() => _paths.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static TrafficPaths Open(TrafficSettings settings, CaptureInterface device, IReadOnlyList<TrafficFrame> frames)
    {
        var why = settings switch
        {
            { Method: TrafficMethod.Packet } => "asked for",
            { Rate: > 0 } => "a rate is asked for",
            { Method: TrafficMethod.Auto } when device.Kind != Veth => $"xdp is chosen by itself only on a veth, whose counters tell what was refused",
            _ => null,
        };
        if (why is null)
        {
            (var xdp, why) = TryXdp(settings, device, frames);
            if (xdp is not null)
                return xdp;
            if (settings.Method == TrafficMethod.Xdp)
                throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"{device.Name} can't send by XDP: {why}. Leave --method, or take packet");
            why = $"not xdp: {why}";
        }

        return new TrafficPaths(new DeviceCounters(device.Name), TrafficMethod.Packet, why, Make(frames, frame => new PacketPath(frame, device.Index)));
    }

    /// <summary>Packets that a thread has sent already.</summary>
    internal long AlreadyTried(int thread) => thread == 0 ? _probed : 0;

    /// <summary>How many packets were refused, of those that were tried; the paths have seen some of them.</summary>
    internal long RefusedOf(long tried, long seen)
    {
        if (Method == TrafficMethod.Packet)
            return seen;
        // What is neither sent nor refused is still in a queue of the device, or was lost before it got there.
        var (sent, refused) = _counters.WaitFor(tried, _patience);
        return Math.Clamp(Math.Max(refused, tried - sent), 0, tried);
    }

    public void Dispose()
    {
        foreach (var path in _paths)
            path.Dispose();
    }

    private static (TrafficPaths? Paths, string Why) TryXdp(TrafficSettings settings, CaptureInterface device, IReadOnlyList<TrafficFrame> frames)
    {
        TrafficPaths? paths = null;
        try
        {
            var counters = new DeviceCounters(device.Name);
            paths = new TrafficPaths(
                counters, TrafficMethod.Xdp, settings.Method == TrafficMethod.Xdp ? "asked for" : "auto; the fastest, and frames go out by it",
                Make(frames, frame => new XdpPath(frame, device.Index, counters.Renew)));
            if (paths.Probe(Math.Min(settings.PacketsOf(0), ProbePackets)))
                return (paths, paths.Reason);
            paths.Dispose();
            return (null, "frames do not go out; a veth needs NAPI at its other end: ethtool -K PEER gro on");
        }
        catch (LinuxException exception)
        {
            paths?.Dispose();
            return (null, exception.Message);
        }
        catch (DllNotFoundException)
        {
            return (null, "libbpf is not installed");
        }
    }

    private static ITrafficPath[] Make(IReadOnlyList<TrafficFrame> frames, Func<TrafficFrame, ITrafficPath> make)
    {
        var paths = new List<ITrafficPath>();
        try
        {
            foreach (var frame in frames)
                paths.Add(make(frame));
            return [.. paths];
        }
        catch
        {
            paths.ForEach(path => path.Dispose());
            throw;
        }
    }

    /// <summary>The kernel does not say that it threw redirected frames away: the device's counters do.</summary>
    private bool Probe(long packets)
    {
        var start = Stopwatch.GetTimestamp();
        _probed = _paths[0].Send(packets).Tried;
        ProbeTime = Stopwatch.GetElapsedTime(start);
        var (sent, refused) = _counters.WaitFor(_probed, _patience);
        return sent + refused > 0;
    }
}
