using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;

namespace MgCap.Capture.Sensors;

/// <summary>
/// A machine that captures, as a console sees it. All that a console asks of the network and of capturing goes through this; it has the
/// files by itself. Names of interfaces are those of the machine.
/// </summary>
public interface ISensor
{
    /// <summary>What the machine is, and what it can do.</summary>
    SensorInfo Describe();

    /// <summary>Every network interface.</summary>
    IReadOnlyList<InterfaceInfo> ListInterfaces();

    /// <summary>An interface by its name or an alternative name; null where there is none.</summary>
    InterfaceInfo? FindInterface(string name);

    /// <summary>Switches hardware time stamping of received packets, for good and for every program.</summary>
    /// <returns>What the device then does; null where there is no such interface.</returns>
    /// <exception cref="CaptureRefusedException">hwtstamp_unsupported, interface_busy or permission_denied.</exception>
    HwtstampInfo? SetHwtstamp(string name, bool enabled);

    /// <summary>What every interface has counted until now.</summary>
    IReadOnlyList<InterfaceTraffic> ReadTraffic();

    /// <summary>Measures what a disk takes, for as long as that is to be (<see cref="DiskTrial"/>).</summary>
    /// <exception cref="CaptureRefusedException">storage_full.</exception>
    /// <exception cref="IOException">It can't be written there.</exception>
    Task<DiskTrial> MeasureDiskAsync(string folder, TimeSpan duration, long minFreeBytes, TimeSpan? syncInterval, CancellationToken cancellation);

    /// <summary>Makes settings ready to be started: the interface has its own name, and the filter is compiled.</summary>
    /// <param name="settings">Settings without problems (<see cref="CaptureSettingsCheck"/>).</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid, filter_too_slow.</exception>
    Task<CaptureSettings> PrepareAsync(CaptureSettings settings, CancellationToken cancellation);

    /// <summary>Starts a capture. When this returns, packets are being captured.</summary>
    /// <param name="settings">Settings from <see cref="PrepareAsync"/>.</param>
    /// <param name="target">Where the packets go.</param>
    /// <param name="guard">Who is not to be cut off by drop mode; null for nobody.</param>
    /// <exception cref="CaptureRefusedException">It can't be started; nothing is left behind but what the folder may have.</exception>
    ISensorCapture Start(CaptureSettings settings, CaptureTarget target, DropGuard? guard);
}

/// <summary>What a sensor says of itself.</summary>
/// <param name="Version">MgCap's version.</param>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="Architecture">The processor's.</param>
/// <param name="Engines">The engines, fastest first.</param>
/// <param name="Clock">The clock that makes the time stamps.</param>
public sealed record SensorInfo(string Version, string Kernel, string Architecture, IReadOnlyList<EngineInfo> Engines, ClockInfo Clock);

/// <summary>The state of the clock that makes the time stamps (adjtimex(2)).</summary>
/// <param name="Now">What it shows.</param>
/// <param name="Synchronized">Whether something keeps it right.</param>
/// <param name="EstimatedErrorSeconds">How far it may be off, by its keeper's estimate.</param>
/// <param name="TaiOffsetSeconds">TAI minus UTC as the kernel knows it; 0 when nobody told it.</param>
public sealed record ClockInfo(Timestamp Now, bool Synchronized, double EstimatedErrorSeconds, int TaiOffsetSeconds);

/// <summary>Where a capture's file is made.</summary>
/// <param name="Folder">The capture's folder, which is made last of all.</param>
/// <param name="FileName">The file's name in it; where there are several, each has its number behind it.</param>
/// <param name="MinFreeBytes">The file system counts as full when fewer bytes are free on it.</param>
/// <param name="SyncInterval">How much time's packets a loss of power may take; null leaves that to the system.</param>
public sealed record CaptureTarget(CaptureFolder Folder, string FileName, long MinFreeBytes, TimeSpan? SyncInterval)
{
    /// <summary>Makes what a capture writes to.</summary>
    /// <exception cref="CaptureRefusedException">permission_denied, storage_full.</exception>
    /// <exception cref="SinkFullException">There is no room.</exception>
    internal ICaptureSink Open(Rotation? rotation) => InFolder<ICaptureSink>(() => rotation is null
        ? Open(FileName)
        : new RotatingFileSink(number => Open(CaptureFolder.NumberedFileName(FileName, number)), rotation.Files));

    /// <summary>Makes the file.</summary>
    /// <inheritdoc cref="Open(Rotation)"/>
    internal FileSink OpenFile() => InFolder(() => Open(FileName));

    private FileSink Open(string name) => new(Folder.PathOf(name), MinFreeBytes, indexed: true, SyncInterval);

    private T InFolder<T>(Func<T> open)
    {
        try
        {
            Folder.Create();
            return open();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CaptureRefusedException(RefusalCode.PermissionDenied, $"{Folder.Captures} can't be written: {exception.Message}", exception);
        }
        catch (IOException exception) when (exception is not SinkFullException)
        {
            throw new CaptureRefusedException(RefusalCode.StorageFull, $"{Folder.Captures} can't be written: {exception.Message}", exception);
        }
    }
}

/// <summary>What an interface has counted since it exists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its number.</param>
/// <param name="IsUp">Whether it is switched on.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="SentBytes">Bytes sent.</param>
public sealed record InterfaceTraffic(string Name, int Index, bool IsUp, ulong ReceivedPackets, ulong ReceivedBytes, ulong SentPackets, ulong SentBytes);
