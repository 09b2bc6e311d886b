using System.Diagnostics;
using System.Net.NetworkInformation;
using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Traffic;

/// <summary>Sends numbered packets from an interface of the calling thread's network namespace.</summary>
public sealed class TrafficSender : IDisposable
{
    private const int EthernetLength = 14;
    private static readonly PhysicalAddress _nobody = new([2, 0, 0, 0, 0, 1]);

    private readonly TrafficSettings _settings;
    private readonly TrafficPaths _paths;

    private TrafficSender(TrafficSettings settings, TrafficPaths paths)
    {
        _settings = settings;
        _paths = paths;
    }

    /// <summary>How frames are handed to the interface.</summary>
    public TrafficMethod Method => _paths.Method;

    /// <summary>Looks at the interface and chooses the method. To find out whether XDP works, the first packets are sent by it.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <exception cref="CaptureRefusedException">The request is refused.</exception>
    /// <exception cref="LinuxException">The kernel refused it.</exception>
    public static TrafficSender Open(TrafficSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var device = CaptureInterfaces.Find(settings.Interface) ?? throw new CaptureRefusedException(
            RefusalCode.InterfaceNotFound, $"There is no interface {settings.Interface}. 'mgcap interfaces' lists them.");
        settings = settings with { Interface = device.Name };
        if (!device.Up)
            throw new CaptureRefusedException(RefusalCode.InterfaceDown, $"The interface {device.Name} is down. Bring it up: ip link set {device.Name} up");
        if (device.LinkType != LinkType.Ethernet)
            throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"{device.Name} takes no Ethernet frames ({device.LinkType.Name}); choose another interface");
        if (settings.FrameLength > device.Mtu + EthernetLength)
        {
            throw new CaptureRefusedException(
                RefusalCode.EngineUnavailable,
                $"{device.Name} takes frames of up to {device.Mtu + EthernetLength} bytes. Ask for no more with -l, or: ip link set {device.Name} mtu {settings.FrameLength - EthernetLength}");
        }

        var frames = Enumerable.Range(0, settings.Threads).Select(thread => new TrafficFrame(settings, device.Mac ?? _nobody, thread)).ToArray();
        try
        {
            return new TrafficSender(settings, TrafficPaths.Open(settings, device, frames));
        }
        catch (LinuxException exception) when (exception.Errno is Errno.EPERM or Errno.EACCES)
        {
            throw new CaptureRefusedException(
                RefusalCode.PermissionDenied,
                "Sending needs the capability CAP_NET_RAW, and for the method xdp CAP_BPF and CAP_NET_ADMIN. Run MgCap as root.",
                exception);
        }
    }

    /// <summary>Sends everything, on threads of its own, and waits for their end.</summary>
    /// <param name="stop">Ends it before that.</param>
    public TrafficResult Run(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var workers = _paths.Select((path, thread) => new Worker(_settings, path, thread, _paths.AlreadyTried(thread), ended)).ToArray();
        var start = Stopwatch.GetTimestamp();
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        var elapsed = Stopwatch.GetElapsedTime(start) + _paths.ProbeTime;
        var tried = workers.Sum(worker => worker.Tried);
        var refused = _paths.RefusedOf(tried, workers.Sum(worker => worker.Refused));
        return new TrafficResult(
            _paths.Method, _paths.Reason, tried - refused, refused, elapsed, workers.Select(worker => worker.Error).FirstOrDefault(error => error is not null));
    }

    /// <inheritdoc/>
    public void Dispose() => _paths.Dispose();

    /// <summary>One sending thread. Its figures are read after it has ended.</summary>
    private sealed class Worker
    {
        private readonly TrafficSettings _settings;
        private readonly ITrafficPath _path;
        private readonly int _number;
        private readonly CancellationTokenSource _ended;
        private readonly Thread _thread;

        internal Worker(TrafficSettings settings, ITrafficPath path, int number, long alreadyTried, CancellationTokenSource ended)
        {
            (_settings, _path, _number, Tried, _ended) = (settings, path, number, alreadyTried, ended);
            _thread = new Thread(Work) { Name = $"gen {number}", IsBackground = true };
        }

        internal long Tried { get; private set; }

        internal long Refused { get; private set; }

        internal string? Error { get; private set; }

        internal void Start() => _thread.Start();

        internal void Join() => _thread.Join();

        private void Work()
        {
            try
            {
                if (_settings.Cores.Count > 0)
                    CurrentThread.PinTo(_settings.Cores[_number % _settings.Cores.Count]);
                if (_settings.Rate > 0)
                    SendPaced(_settings.PacketsOf(_number), new Pace((double)_settings.Rate / _settings.Threads), _ended.Token);
                else
                    SendAll(_settings.PacketsOf(_number), _ended.Token);
            }
            catch (LinuxException exception)
            {
                // The other threads would fail in the same way, or send half of what was asked for.
                Error = exception.Message;
                _ended.Cancel();
            }
        }

        private void SendAll(long packets, CancellationToken stop)
        {
            while (Tried < packets && !stop.IsCancellationRequested)
                Enter(_path.Send(packets - Tried));
        }

        private void SendPaced(long packets, Pace pace, CancellationToken stop)
        {
            while (Tried < packets && pace.Wait(stop) is > 0 and var due)
                pace.Give(Enter(_path.Send(Math.Min(due, packets - Tried))));
        }

        private long Enter(TrafficBurst burst)
        {
            Tried += burst.Tried;
            Refused += burst.Refused;
            return burst.Tried;
        }
    }
}
