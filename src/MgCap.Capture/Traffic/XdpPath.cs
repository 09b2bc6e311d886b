using System.Diagnostics;
using MgCap.Linux;

namespace MgCap.Capture.Traffic;

/// <summary>
/// Lets the kernel run <see cref="TrafficProgram"/>. What becomes of the frames after that, the call does not tell: the device's
/// counters tell what was refused, and before each burst it is looked whether there is a device still.
/// </summary>
internal sealed class XdpPath : ITrafficPath
{
    // Long enough for a call's 10 ms of preparation not to count, short enough for people who press Ctrl+C.
    private static readonly TimeSpan _burstTime = TimeSpan.FromMilliseconds(400);
    private const int MinBurst = 1 << 14;
    private const int MaxBurst = 1 << 22;

    private readonly Action _requireUp;
    private readonly byte[] _frame;
    private readonly BpfCounters _counter;
    private readonly BpfProgram _program;
    private ulong _next;
    private int _burst = 1 << 17;

    /// <param name="frame">What the packets are like.</param>
    /// <param name="interfaceIndex">Where they go.</param>
    /// <param name="requireUp">Throws when the interface is no longer up.</param>
    /// <exception cref="LinuxException">The kernel does not take the program.</exception>
    /// <exception cref="DllNotFoundException">There is no libbpf.</exception>
    internal XdpPath(TrafficFrame frame, int interfaceIndex, Action requireUp)
    {
        _requireUp = requireUp;
        _frame = frame.Bytes.ToArray();
        _counter = new BpfCounters("mgcap_gen", 1);
        try
        {
            _program = BpfProgram.Load(BpfProgramType.Xdp, "mgcap_gen", TrafficProgram.Build(frame, _counter, interfaceIndex));
        }
        catch
        {
            _counter.Dispose();
            throw;
        }
    }

    public TrafficBurst Send(long wanted)
    {
        _requireUp();
        var count = (int)Math.Min(wanted, _burst);
        var start = Stopwatch.GetTimestamp();
        _program.RunOnLiveFrames(_frame, count);
        var share = _burstTime / Stopwatch.GetElapsedTime(start);
        if (count == _burst)
            _burst = (int)Math.Clamp(count * share, MinBurst, MaxBurst);
        var before = _next;
        _next = _counter.Read()[0];
        return new TrafficBurst((long)(_next - before), 0);
    }

    public void Dispose()
    {
        _program.Dispose();
        _counter.Dispose();
    }
}
