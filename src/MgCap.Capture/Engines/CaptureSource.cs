using System.Text.Json.Serialization;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Netlink;

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
    /// <summary>The interface went down or away; nothing more will come.</summary>
    InterfaceDown,
    /// <summary>Somebody stopped the engine from outside; nothing more will come.</summary>
    Stopped,
}

/// <summary>
/// An engine that captures: its rings and what fills them. Receiving starts when it is opened. <see cref="Drain"/>,
/// <see cref="Wait"/> and <see cref="StopReceiving"/> are called by the one thread that reads the rings.
/// </summary>
public abstract class CaptureSource : IDisposable
{
    // Held by whoever comes from another thread, so that nothing is closed meanwhile: a capture may just have ended by itself.
    private readonly Lock _open = new();
    private readonly LinkCounters _link;
    private readonly ulong _lostBefore;
    private bool _disposed;

    /// <param name="on">The interface.</param>
    /// <param name="ledger">The queues' accounts.</param>
    /// <param name="stamps">Where packets have the device's time stamps: what makes them. The source's from here on.</param>
    private protected CaptureSource(CaptureInterface on, CaptureLedger ledger, HardwareStamps? stamps = null)
    {
        LinkType = on.LinkType;
        Ledger = ledger;
        _lostBefore = on.LostPackets;
        _link = new LinkCounters(on.Index);
        try
        {
            WakeEvent = new WakeEvent();
        }
        catch
        {
            _link.Dispose();
            throw;
        }

        // Last: whoever made them has them still if this fails.
        Stamps = stamps;
    }

    /// <summary>The queues' accounts, which this source and the pipeline fill in.</summary>
    public CaptureLedger Ledger { get; }

    /// <summary>How the engine does its work here, for people.</summary>
    public abstract string Detail { get; }

    /// <summary>Where the time stamps come from.</summary>
    public TimestampSource TimestampSource => Stamps is null ? TimestampSource.Software : TimestampSource.Hardware;

    /// <summary>The clock that stamps the packets, as far as it is known; null where the kernel stamps them.</summary>
    public CaptureClock? Clock => Stamps?.Clock.Read();

    /// <summary>What the packets start with.</summary>
    public LinkType LinkType { get; }

    /// <summary>Whether <see cref="SetMode"/> takes drop.</summary>
    internal abstract bool CanDrop { get; }

    /// <summary>Whether packets are held back until it is certain that none precedes them.</summary>
    internal abstract bool HoldsPackets { get; }

    /// <summary>Whether everything that was let in was drained. Meaningful after <see cref="StopReceiving"/>.</summary>
    internal abstract bool IsEmpty { get; }

    /// <summary>What makes the device's time stamps; null where packets have the kernel's.</summary>
    private protected HardwareStamps? Stamps { get; }

    /// <summary>What <see cref="Wait"/> ends with as well.</summary>
    private protected WakeEvent WakeEvent { get; }

    /// <summary>Moves every packet that is complete and due, in order of time, from the rings to the encoder.</summary>
    /// <returns>Whether anything was moved.</returns>
    internal abstract bool Drain(PacketEncoder encoder);

    /// <summary>Waits for packets, for <see cref="Wake"/>, or for the time to be up; -1 is no limit.</summary>
    internal abstract SourceState Wait(int milliseconds);

    /// <summary>Lets no further packet in. What is in the rings by then can still be drained.</summary>
    internal abstract void StopReceiving();

    /// <summary>Ends a <see cref="Wait"/>. Any thread.</summary>
    internal void Wake() => WhileOpen(WakeEvent.Set);

    /// <summary>Switches what becomes of captured packets. Any thread.</summary>
    /// <exception cref="CaptureRefusedException">mode_unsupported.</exception>
    internal void SetMode(CaptureMode mode) => WhileOpen(() => ChangeMode(mode));

    /// <summary>Brings the ledger up to date with what the kernel has counted. Any thread.</summary>
    internal void ReadCounters() => WhileOpen(() =>
    {
        ReadRingCounters();
        if (_link.Read() is { } link)
            Ledger.NicDropped = (long)(link.LostPackets - _lostBefore);
    });

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
            _link.Dispose();
            WakeEvent.Dispose();
        });
        GC.SuppressFinalize(this);
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
