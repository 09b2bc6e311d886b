using MgCap.Capture.Engines;
using MgCap.Capture.Filtering;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Recent;
using MgCap.Capture.Storage;
using MgCap.Linux;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Sensors;

/// <summary>This machine, in this process.</summary>
/// <param name="engines">The engines to choose from.</param>
/// <param name="filters">Compiles capture filters.</param>
/// <param name="clock">Tells the time.</param>
public sealed class LocalSensor(CaptureEngines engines, IFilterCompiler filters, TimeProvider clock) : ISensor
{
    /// <inheritdoc/>
    public SensorInfo Describe()
    {
        var state = KernelClock.Read();
        return new SensorInfo(
            About.Version,
            About.Kernel,
            About.Hardware,
            engines.Status(),
            new ClockInfo(Timestamp.Now(clock), state.Synchronized, state.EstimatedError.TotalSeconds, state.TaiOffsetSeconds));
    }

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceInfo> ListInterfaces() => [.. CaptureInterfaces.ListWithAny().Select(each => InterfaceInfo.Of(each, engines))];

    /// <inheritdoc/>
    public InterfaceInfo? FindInterface(string name) => CaptureInterfaces.Find(name) is { } found ? InterfaceInfo.Of(found, engines) : null;

    /// <inheritdoc/>
    public HwtstampInfo? SetHwtstamp(string name, bool enabled) => CaptureInterfaces.Find(name) is { } found ? HardwareStamping.Set(found, enabled) : null;

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceTraffic> ReadTraffic() =>
        [.. NetworkLinks.List().Select(link =>
            new InterfaceTraffic(link.Name, link.Index, link.IsUp, link.ReceivedPackets, link.ReceivedBytes, link.SentPackets, link.SentBytes))];

    /// <inheritdoc/>
    public Task<DiskTrial> MeasureDiskAsync(string folder, TimeSpan duration, long minFreeBytes, TimeSpan? syncInterval, CancellationToken cancellation) =>
        Task.Factory.StartNew(
            () => DiskTrial.Run(folder, duration, minFreeBytes, syncInterval, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public Task<CaptureSettings> PrepareAsync(CaptureSettings settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var names = CaptureInterfaces.NamesOf(settings.Interfaces);
        // All interfaces at once can't be made promiscuous, and need not.
        var promiscuous = settings.Promiscuous && CaptureInterfaces.Find(names[0]) is not { IsAny: true };
        return CaptureFilter.CompileAheadAsync(settings with { Interfaces = names, Promiscuous = promiscuous }, filters, cancellation);
    }

    /// <inheritdoc/>
    public ISensorCapture Start(CaptureSettings settings, CaptureTarget target, DropGuard? guard)
    {
        ArgumentNullException.ThrowIfNull(target);
        return CaptureSession.Start(
            settings, engines, () => settings.Recorder is { } keeps ? new RecorderSink(keeps) : target.Open(settings.Rotate), clock, guard);
    }
}
