using System.Text.Json.Serialization;
using MgCap.Capture.Blocks;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Netlink;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines;

/// <summary>Where a packet's time stamp was made.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<TimestampSource>))]
public enum TimestampSource
{
    /// <summary>In the kernel.</summary>
    Software,
    /// <summary>In the device.</summary>
    Hardware,
}

/// <summary>What a wait for packets ended with.</summary>
internal enum SourceState
{
    /// <summary>There may be packets.</summary>
    Receiving,
    /// <summary>The interface was removed, moved to another network namespace or changed its type; nothing more will come.</summary>
    InterfaceDown,
    /// <summary>Somebody stopped the engine from outside; nothing more will come.</summary>
    Stopped,
}

/// <summary>
/// An engine that captures from an interface: its rings and what fills them. Receiving starts when it is opened. What takes packets, waits
/// and stops is called by the one thread that reads the rings.
/// </summary>
public abstract class CaptureSource : IDisposable
{
    // Held by a caller from another thread, so that nothing is closed meanwhile: a capture may just have ended by itself.
    private readonly Lock _open = new();
    private readonly List<DeviceLosses> _devices = [];
    // null where it is all interfaces: they may come and go.
    private readonly LinkWatch? _link;
    private readonly WakeEvent _wake;
    private LinkState _interface;
    private bool _disposed;

    /// <param name="nic">The interface.</param>
    /// <param name="queues">The queues' accounts, at least one.</param>
    /// <param name="stamps">Where packets have the device's time stamps: what makes them. The source's from here on.</param>
    private protected CaptureSource(CaptureInterface nic, IReadOnlyList<QueueLedger> queues, HardwareStamps? stamps = null)
    {
        Interface = nic;
        Queues = queues;
        _interface = new LinkState(true, nic.Name, nic.HardwareType, nic.Up);
        try
        {
            foreach (var device in nic.IsAny ? nic.Devices : [nic])
                _devices.Add(new DeviceLosses(device));
            _link = nic.IsAny ? null : new LinkWatch(nic.Index);
            _wake = new WakeEvent();
        }
        catch
        {
            _link?.Dispose();
            _devices.ForEach(device => device.Dispose());
            throw;
        }

        Wakes = _link is null ? [_wake] : [_wake, _link];
        // Last: the caller still owns them if this fails.
        Stamps = stamps;
    }

    /// <summary>The interface as it was when it was opened.</summary>
    public CaptureInterface Interface { get; }

    /// <summary>The queues' accounts, which this source and the pipeline fill in.</summary>
    internal IReadOnlyList<QueueLedger> Queues { get; }

    /// <summary>How the engine does its work here, for people.</summary>
    public abstract string Detail { get; }

    /// <summary>Where the time stamps come from.</summary>
    public TimestampSource TimestampSource => Stamps is null ? TimestampSource.Software : TimestampSource.Hardware;

    /// <summary>The clock that stamps the packets, as far as it is known; null where the kernel stamps them.</summary>
    public CaptureClock? Clock => Stamps?.Clock.Read();

    /// <summary>Whether <see cref="SetMode"/> takes drop.</summary>
    internal abstract bool CanDrop { get; }

    /// <summary>Whether packets are held back until it is certain that none precedes them.</summary>
    internal abstract bool HasPending { get; }

    /// <summary>Whether everything that was let in was drained. Meaningful after <see cref="StopReceiving"/>.</summary>
    internal abstract bool IsEmpty { get; }

    /// <summary>What makes the device's time stamps; null where packets have the kernel's.</summary>
    private protected HardwareStamps? Stamps { get; }

    /// <summary>What every wait ends with: <see cref="Wake"/>, and changes of the interface.</summary>
    private protected IReadOnlyList<IWakeSource> Wakes { get; }

    /// <summary>Is told what happens to the interface, one of <see cref="CaptureEventKinds"/>, and the same for people.</summary>
    internal Action<string, string>? Report { get; set; }

    /// <summary>What it waits with.</summary>
    internal abstract RingPoll Poll { get; }

    /// <summary>The time of the packet that comes next, of those that were taken, in nanoseconds since 1970-01-01 UTC; <see cref="long.MaxValue"/> where there is none.</summary>
    internal abstract long NextTime { get; }

    /// <summary>Takes what is complete from the rings.</summary>
    /// <param name="due">The latest time that is due (<see cref="Ordering.DueTime"/>).</param>
    /// <returns>Whether there may be more at once, when this was encoded.</returns>
    internal abstract bool Take(out long due);

    /// <summary>Encodes packets that were taken, in order of time.</summary>
    /// <param name="encoder">Where they go.</param>
    /// <param name="until">The latest time that is wanted.</param>
    /// <returns>How many there were.</returns>
    internal abstract int Encode(PacketEncoder encoder, long until);

    /// <summary>Gives the room of what was encoded back.</summary>
    internal abstract void Release();

    /// <summary>Says what <see cref="Poll"/> is to wait for.</summary>
    /// <param name="milliseconds">The longest wait that is wanted; -1 for no limit.</param>
    /// <returns>The longest wait; -1 for no limit.</returns>
    internal abstract int BeginWait(int milliseconds);

    /// <summary>What <see cref="Poll"/> has ended with.</summary>
    internal abstract SourceState EndWait();

    /// <summary>Lets no further packet in. What is in the rings by then can still be drained.</summary>
    internal abstract void StopReceiving();

    /// <summary>Ends a wait. Any thread.</summary>
    internal void Wake() => WhileOpen(_wake.Set);

    /// <summary>Switches what becomes of captured packets. Any thread.</summary>
    /// <exception cref="CaptureRefusedException">mode_unsupported.</exception>
    internal void SetMode(CaptureMode mode) => WhileOpen(() => ChangeMode(mode));

    /// <summary>Brings the queues' accounts up to date with what the kernel and the device have counted. Any thread.</summary>
    /// <param name="last">Whether the capture ends with this: nothing may be left for the next time.</param>
    internal void ReadCounters(bool last = false) => WhileOpen(() =>
    {
        ReadRingCounters();
        _devices.ForEach(device => device.Read(last));
        // A device counts for all its queues together.
        Queues[0].SetDeviceCounts(_devices.Sum(device => device.Lost), _devices.Sum(device => device.Dropped));
    });

    /// <summary>Brings the queues' accounts up to date, without the device's. Any thread.</summary>
    private protected void ReadQueueCounters() => WhileOpen(ReadRingCounters);

    /// <summary>Measures the clock that stamps the packets, if a device does. Any thread.</summary>
    internal void MeasureClock() => WhileOpen(() => Stamps?.Clock.Measure());

    /// <inheritdoc/>
    public void Dispose()
    {
        WhileOpen(() =>
        {
            _disposed = true;
            Close();
            Stamps?.Dispose();
            _devices.ForEach(device => device.Dispose());
            _link?.Dispose();
            _wake.Dispose();
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// What has become of the interface. While it exists, the engines' places in its packet path stay, whatever happens to it: where
    /// it goes down, no packet comes until it is up again.
    /// </summary>
    private protected SourceState FollowInterface()
    {
        while (_link?.TryTake(out var now) == true)
        {
            var before = _interface;
            _interface = now;
            if (!now.Exists)
                return Gone($"{before.Name} was removed or moved to another network namespace");
            if (now.HardwareType != before.HardwareType)
                return Gone($"{now.Name} has become an interface of another type");
            if (now.Name != before.Name)
                Report?.Invoke(CaptureEventKinds.InterfaceRenamed, $"{before.Name} is called {now.Name} now");
            if (now.IsUp != before.IsUp)
                Report?.Invoke(now.IsUp ? CaptureEventKinds.InterfaceUp : CaptureEventKinds.InterfaceDown, $"{now.Name} {(now.IsUp ? "is up again" : "went down")}");
        }

        return SourceState.Receiving;

        SourceState Gone(string detail)
        {
            Report?.Invoke(CaptureEventKinds.InterfaceGone, detail);
            return SourceState.InterfaceDown;
        }
    }

    /// <summary>The same, after asking: what the kernel has not told yet is in it.</summary>
    private protected SourceState AskForInterface()
    {
        _link?.Query();
        return FollowInterface();
    }

    /// <inheritdoc cref="SetMode"/>
    private protected abstract void ChangeMode(CaptureMode mode);

    /// <summary>Brings the queues' accounts up to date.</summary>
    private protected abstract void ReadRingCounters();

    /// <summary>Closes the rings.</summary>
    private protected abstract void Close();

    private void WhileOpen(Action action)
    {
        lock (_open)
        {
            if (!_disposed)
                action();
        }
    }
}
