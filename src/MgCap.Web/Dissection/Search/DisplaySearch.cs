using MgCap.Capture.Storage;

namespace MgCap.Web.Dissection.Search;

/// <summary>A display filter.</summary>
/// <param name="Text">It, as wireshark-filter(4) has it.</param>
/// <param name="Zone">The time zone of times in it that name none.</param>
public sealed record DisplayFilter(string Text, string Zone = "UTC");

/// <summary>How far a search is.</summary>
internal enum SearchState
{
    /// <summary>It goes on.</summary>
    Working,

    /// <summary>Every packet was looked at.</summary>
    Done,

    /// <summary>The program does not take the filter.</summary>
    Refused,

    /// <summary>The filter takes more time than a filter may.</summary>
    TooSlow,

    /// <summary>The program crashed or hung.</summary>
    Failed,
}

/// <summary>What a search has for a reader.</summary>
/// <param name="Rows">The next matches.</param>
/// <param name="ScannedTo">Every match up to this packet was given.</param>
/// <param name="State">How far the search is.</param>
/// <param name="Ended">Whether there is nothing to come after these rows.</param>
/// <param name="NearEnd">Whether the program has been given everything, and is about to end.</param>
internal sealed record SearchProgress(IReadOnlyList<PacketRow> Rows, long ScannedTo, SearchState State, bool Ended, bool NearEnd);

/// <summary>
/// A display filter's way through a capture, from the first packet as it stood when the search began. It keeps matches for those that
/// read them, and the program waits when nobody does.
/// </summary>
internal sealed class DisplaySearch : IDisposable
{
    private const int MaxRows = 25_000;
    private const int BufferLength = 64 * 1024;
    private static readonly int[] _filterExitCodes = [2, 4]; // Wireshark 4.0 and 4.2.
    private const string FileProblem = "tshark: The standard input";

    private readonly object _changed = new();
    private readonly Queue<PacketRow> _rows = [];
    private readonly SearchLimits _limits = new();
    private readonly TsharkPass _pass;
    private SearchState _state;
    private long _droppedTo;
    private long _servedTo;
    private long _scannedTo;
    private long _lastRow;
    private bool _disposed;

    /// <summary>Starts the search.</summary>
    /// <param name="index">The capture.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="attempt">From 1: how often it was started.</param>
    /// <exception cref="IOException">tshark can't be started, or the capture can't be read.</exception>
    internal DisplaySearch(CaptureIndex index, DisplayFilter filter, int attempt)
    {
        (Name, Filter, Length, Packets, Attempt) = (index.Files.Name, filter, index.Length, index.Packets, attempt);
        _pass = new TsharkPass(index, filter);
        new Thread(Collect) { Name = "display rows", IsBackground = true }.Start();
    }

    /// <summary>What the capture is known by.</summary>
    internal string Name { get; }

    /// <summary>The filter.</summary>
    internal DisplayFilter Filter { get; }

    /// <summary>Bytes that are searched.</summary>
    internal long Length { get; }

    /// <summary>Packets that are searched.</summary>
    internal long Packets { get; }

    /// <summary>From 1: how often it was started.</summary>
    internal int Attempt { get; }

    /// <summary>Requests that wait for it; kept by <see cref="DisplaySearches"/>.</summary>
    internal int Readers { get; set; }

    /// <summary>When the last request for it ended; kept by <see cref="DisplaySearches"/>.</summary>
    internal DateTimeOffset LastUse { get; set; }

    /// <summary>What is wrong, for people; set where the state says that something is.</summary>
    internal string? Problem { get; private set; }

    /// <summary>How far it is.</summary>
    internal SearchState State
    {
        get
        {
            lock (_changed)
                return _state;
        }
    }

    /// <summary>Whether the program still runs.</summary>
    internal bool IsWorking => State == SearchState.Working;

    /// <summary>Whether it has, or will have, every match after a packet.</summary>
    internal bool Covers(long after)
    {
        lock (_changed)
            return !_disposed && after >= _droppedTo;
    }

    /// <summary>The matches after a packet, as far as they are known; and looks whether the search takes too long.</summary>
    internal SearchProgress Read(long after, int limit)
    {
        lock (_changed)
        {
            Judge();
            var rows = _rows.SkipWhile(row => row.Number <= after).Take(limit + 1).ToList();
            var more = rows.Count > limit;
            if (more)
                rows.RemoveAt(limit);
            var scannedTo = more ? rows[^1].Number : Math.Max(Math.Min(after, Packets), _scannedTo);
            // What the reader has is kept as long as there is room.
            _servedTo = Math.Max(_servedTo, Math.Max(after, rows.Count == 0 ? 0 : rows[^1].Number));
            Monitor.PulseAll(_changed);
            return new SearchProgress(rows, scannedTo, _state, !more && _state != SearchState.Working, _pass.Fed == Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_changed)
        {
            _disposed = true;
            Monitor.PulseAll(_changed);
        }

        _pass.Kill();
    }

    private void Judge()
    {
        if (_state != SearchState.Working)
            return;
        if (_pass.PacketsDone() is { } done)
            _scannedTo = Math.Max(_scannedTo, done);
        // While it waits for readers, nothing is its fault.
        if (_rows.Count >= MaxRows)
            _limits.Pause();
        else if (SearchLimits.IsTooSlow(_pass.ProcessorTime, _scannedTo))
            End(SearchState.TooSlow, "it needs too much time for each packet");
        else if (_limits.HasStopped(_pass.ProcessorTime, _pass.Fed))
            End(SearchState.Failed, "tshark does not go on");
    }

    private void End(SearchState state, string? problem)
    {
        (_state, Problem) = (state, problem);
        _pass.Kill();
        Monitor.PulseAll(_changed);
    }

    /// <summary>Takes what the program writes, to its end.</summary>
    private void Collect()
    {
        var (reader, buffer, rows) = (new PsmlReader(), new byte[BufferLength], new List<PacketRow>());
        var malformed = false;
        try
        {
            while (!malformed && _pass.Read(buffer) is var read and > 0)
            {
                rows.Clear();
                reader.Read(buffer.AsSpan(0, read), rows);
                malformed = !Add(rows);
            }
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            malformed = true;
        }

        if (malformed)
            _pass.Kill();
        var code = _pass.Finish();
        lock (_changed)
        {
            if (_state == SearchState.Working && !_disposed)
                Conclude(code, malformed);
            _pass.Dispose();
        }
    }

    /// <returns>Whether the rows are in order.</returns>
    private bool Add(List<PacketRow> rows)
    {
        lock (_changed)
        {
            foreach (var row in rows)
            {
                if (row.Number <= _lastRow || row.Number > Packets)
                    return false;
                _lastRow = row.Number;
                _rows.Enqueue(row);
            }

            if (rows.Count > 0)
                _scannedTo = Math.Max(_scannedTo, rows[^1].Number);
            while (_rows.Count >= MaxRows && !_disposed && _state == SearchState.Working)
            {
                if (_rows.Peek().Number <= _servedTo)
                    _droppedTo = _rows.Dequeue().Number;
                else
                    Monitor.Wait(_changed);
            }

            return true;
        }
    }

    private void Conclude(int code, bool malformed)
    {
        var error = _pass.Error;
        if (malformed)
            End(SearchState.Failed, "tshark wrote what can't be read");
        else if (code == 0)
            (_state, _scannedTo) = (SearchState.Done, Packets);
        else if (_filterExitCodes.Contains(code) && _rows.Count == 0 && error is not null && !error.StartsWith(FileProblem, StringComparison.Ordinal))
            End(SearchState.Refused, error.StartsWith("tshark: ", StringComparison.Ordinal) ? error["tshark: ".Length..] : error);
        else
            End(SearchState.Failed, $"tshark ended with {code} ({error ?? "it wrote no reason"})");
        Monitor.PulseAll(_changed);
    }
}
