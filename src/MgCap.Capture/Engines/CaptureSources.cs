using MgCap.Capture.Blocks;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines;

/// <summary>
/// What a capture reads: a source for each of its interfaces, all packets in one order of time. An interface that goes away ends its part,
/// and the last one the capture. Its sources' queues are rows of one ledger, one source's after the other's.
/// </summary>
public sealed class CaptureSources : IDisposable
{
    // Packets of one look; there may be more at once.
    private const int MaxMoved = 65536;

    private readonly CaptureSource[] _sources;
    private readonly int[] _firstRows;
    private readonly RingPoll[] _polls;
    private readonly bool[] _gone;

    /// <param name="sources">At least one; they are this one's from here on.</param>
    internal CaptureSources(params CaptureSource[] sources)
    {
        _sources = sources;
        _polls = [.. sources.Select(source => source.Poll)];
        _gone = new bool[sources.Length];
        _firstRows = new int[sources.Length];
        for (var i = 1; i < sources.Length; i++)
            _firstRows[i] = _firstRows[i - 1] + sources[i - 1].Queues.Count;
        Queues = [.. sources.SelectMany(source => source.Queues.Select(queue => (source.Interface, queue)))];
        Ledger = new CaptureLedger([.. Queues.Select(row => row.Queue)], sources.Length == 1 ? null : [.. Queues.Select(row => row.Queue.NameOn(row.Nic.Name))]);
    }

    /// <summary>The rows of the ledger, each with its interface.</summary>
    internal IReadOnlyList<(CaptureInterface Nic, QueueLedger Queue)> Queues { get; }

    /// <summary>The queues' accounts.</summary>
    public CaptureLedger Ledger { get; }

    /// <summary>How the engine does its work here, for people.</summary>
    public string Detail => Array.TrueForAll(_sources, source => source.Detail == _sources[0].Detail)
        ? _sources[0].Detail
        : string.Join("; ", _sources.Select(source => $"{source.Interface.Name}: {source.Detail}"));

    /// <summary>Where the time stamps come from.</summary>
    public TimestampSource TimestampSource => _sources[0].TimestampSource;

    /// <summary>The clock that stamps the packets, as far as it is known; null where the kernel stamps them. Several interfaces have the kernel's.</summary>
    public CaptureClock? Clock => _sources[0].Clock;

    /// <summary>The interfaces, as they were when they were opened.</summary>
    public IEnumerable<CaptureInterface> Interfaces => _sources.Select(source => source.Interface);

    /// <summary>Whether <see cref="SetMode"/> takes drop.</summary>
    internal bool CanDrop => Array.TrueForAll(_sources, source => source.CanDrop);

    /// <summary>Whether packets are held back until it is certain that none precedes them.</summary>
    internal bool HasPending => Array.Exists(_sources, source => source.HasPending);

    /// <summary>Whether everything that was let in was drained. Meaningful after <see cref="StopReceiving"/>.</summary>
    internal bool IsEmpty => Array.TrueForAll(_sources, source => source.IsEmpty);

    /// <summary>Is told what happens to the interfaces, one of <see cref="CaptureEventKinds"/>, and the same for people.</summary>
    internal Action<string, string>? Report
    {
        set
        {
            foreach (var source in _sources)
                source.Report = value;
        }
    }

    /// <summary>Moves packets that are complete and due, in order of time, from the rings to the encoder. By the thread that reads the rings, as waiting and stopping.</summary>
    /// <returns>How many were moved.</returns>
    internal int Drain(PacketEncoder encoder)
    {
        var (moved, more) = (0, true);
        while (more && moved < MaxMoved && encoder.LimitReached is null)
            moved += _sources is [var only] ? DrainOne(only, encoder, out more) : DrainAll(encoder, out more);
        return moved;
    }

    /// <summary>Waits for packets, for <see cref="Wake"/>, or for the time to be up; -1 is no limit.</summary>
    /// <returns>The last source's state where nothing more will come from any.</returns>
    internal SourceState Wait(int milliseconds)
    {
        for (var i = 0; i < _sources.Length; i++)
        {
            if (_gone[i])
                _polls[i].Choose(WaitFor.Nothing);
            else
                milliseconds = _sources[i].BeginWait(milliseconds);
        }

        RingPoll.Wait(_polls, milliseconds);
        var state = SourceState.Receiving;
        for (var i = 0; i < _sources.Length; i++)
        {
            if (_gone[i])
                continue;
            state = _sources[i].EndWait();
            if (state != SourceState.Receiving)
                End(i, state);
        }

        return Array.TrueForAll(_gone, gone => gone) ? state : SourceState.Receiving;
    }

    /// <summary>Lets no further packet in. What is in the rings by then can still be drained.</summary>
    internal void StopReceiving()
    {
        for (var i = 0; i < _sources.Length; i++)
        {
            if (!_gone[i] || _sources.Length == 1)
                _sources[i].StopReceiving();
        }
    }

    /// <summary>Ends a wait. Any thread.</summary>
    internal void Wake()
    {
        foreach (var source in _sources)
            source.Wake();
    }

    /// <summary>Switches what becomes of captured packets. Any thread.</summary>
    /// <exception cref="CaptureRefusedException">mode_unsupported: an interface's source can't; nothing is switched then.</exception>
    internal void SetMode(CaptureMode mode)
    {
        var unable = mode == CaptureMode.Drop ? Array.Find(_sources, source => !source.CanDrop) : null;
        unable?.SetMode(mode);
        for (var i = 0; i < _sources.Length; i++)
        {
            if (!Volatile.Read(ref _gone[i]))
                _sources[i].SetMode(mode);
        }
    }

    /// <summary>Brings the ledger up to date with what the kernel and the devices have counted. Any thread.</summary>
    /// <param name="last">Whether the capture ends with this: nothing may be left for the next time.</param>
    internal void ReadCounters(bool last = false)
    {
        foreach (var source in _sources)
            source.ReadCounters(last);
    }

    /// <summary>Measures the clock that stamps the packets, if a device does. Any thread.</summary>
    internal void MeasureClock()
    {
        foreach (var source in _sources)
            source.MeasureClock();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
    }

    private static int DrainOne(CaptureSource source, PacketEncoder encoder, out bool more)
    {
        more = source.Take(out var due);
        var moved = source.Encode(encoder, due);
        if (moved > 0)
            source.Release();
        return moved;
    }

    private int DrainAll(PacketEncoder encoder, out bool more)
    {
        more = false;
        var until = long.MaxValue;
        var anyTime = false;
        for (var i = 0; i < _sources.Length; i++)
        {
            more |= _sources[i].Take(out var due);
            if (_gone[i] && !_sources[i].HasPending)
                continue;
            // A clock that was set back makes everything due, once, and for all: it is the machine's.
            anyTime |= due == long.MaxValue;
            until = Math.Min(until, due);
        }

        var moved = Merge(encoder, anyTime ? long.MaxValue : until);
        if (moved > 0)
        {
            foreach (var source in _sources)
                source.Release();
        }

        return moved;
    }

    /// <summary>The source with the earliest packet gives until another one's is earlier.</summary>
    private int Merge(PacketEncoder encoder, long due)
    {
        var moved = 0;
        while (encoder.LimitReached is null)
        {
            var (first, earliest, until) = (0, long.MaxValue, due);
            for (var i = 0; i < _sources.Length; i++)
            {
                var time = _sources[i].NextTime;
                until = Math.Min(until, Math.Max(time, earliest));
                if (time < earliest)
                    (first, earliest) = (i, time);
            }

            if (earliest > due || earliest == long.MaxValue)
                break;
            encoder.FirstRow = _firstRows[first];
            moved += _sources[first].Encode(encoder, until);
        }

        return moved;
    }

    private void End(int at, SourceState state)
    {
        Volatile.Write(ref _gone[at], true);
        if (_sources.Length == 1)
            return;
        _sources[at].StopReceiving();
        if (state == SourceState.Stopped)
            _sources[at].Report?.Invoke(CaptureEventKinds.InterfaceGone, $"the capture of {_sources[at].Interface.Name} was stopped from outside");
    }
}
