using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// Step 5 of a packet's way: gives full blocks to the file and to others that look on (<see cref="BlockFanout"/>), and only then counts
/// their packets as captured. Between them, and at the end of each file, it writes what every queue has counted since the file began.
/// Runs on a thread of its own.
/// </summary>
internal sealed class CaptureFileWriter
{
    private static readonly TimeSpan _statisticsInterval = TimeSpan.FromSeconds(10);

    private readonly BlockFanout _fanout;
    private readonly PacketBlockQueue _blocks;
    private readonly CaptureSources _sources;
    private readonly TimeProvider _clock;
    private readonly Timestamp _startedAt;
    private readonly CaptureFiles _files;
    private LedgerMoment _begun;
    private long _statisticsAt;

    /// <param name="fanout">Where blocks go; its file was begun.</param>
    /// <param name="blocks">Where they come from.</param>
    /// <param name="sources">Knows what the queues have counted.</param>
    /// <param name="files">Is told what is in the files.</param>
    /// <param name="clock">Tells the time.</param>
    internal CaptureFileWriter(BlockFanout fanout, PacketBlockQueue blocks, CaptureSources sources, CaptureFiles files, TimeProvider clock)
    {
        _fanout = fanout;
        _blocks = blocks;
        _sources = sources;
        _files = files;
        _clock = clock;
        _startedAt = Timestamp.Now(clock);
        _statisticsAt = clock.GetTimestamp();
        _begun = LedgerMoment.Start(sources.Ledger, _startedAt);
        _files.Begin(fanout.Name, fanout.Length, []);
    }

    /// <summary>When the capture began.</summary>
    internal Timestamp StartedAt => _startedAt;

    /// <summary>What kept a block from being written; null while nothing did. After it, blocks are counted and not written.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Writes until no more will come, then ends the file.</summary>
    /// <param name="failed">Called once, when writing fails.</param>
    /// <param name="reason">Why the capture ends, asked when no more will come.</param>
    internal void Run(Action<Exception> failed, Func<StopReason> reason)
    {
        while (!_blocks.IsCompleted)
        {
            if (_blocks.TakeFull(_statisticsInterval) is { } block)
            {
                if (!Try(() => Write(block), failed))
                    CountAsDropped(block);
                var endsFile = block.EndsFile;
                block.Release();
                if (endsFile)
                    Try(BeginNextFile, failed);
            }

            if (_clock.GetElapsedTime(_statisticsAt) >= _statisticsInterval)
                Try(WriteStatistics, failed);
        }

        Finish(failed, reason);
    }

    /// <returns>false when it failed, or anything did before.</returns>
    private bool Try(Action write, Action<Exception> failed)
    {
        if (Failure is not null)
            return false;
        try
        {
            write();
            return true;
        }
        catch (Exception exception)
        {
            Failure = exception;
            failed(exception);
            return false;
        }
    }

    private void Write(PacketBlock block)
    {
        // The time of a file can be up where nothing came.
        if (block.Length == 0)
            return;
        _fanout.Write(block);
        // In this order: who sees a packet counted finds it in the file.
        _files.Add(block, _fanout.Length);
        var queues = _sources.Ledger.Queues;
        for (var i = 0; i < queues.Count; i++)
            queues[i].AddCaptured(block.Tallies[i]);
    }

    private void CountAsDropped(PacketBlock block)
    {
        var queues = _sources.Ledger.Queues;
        for (var i = 0; i < queues.Count; i++)
            queues[i].AddWriterDropped(block.Tallies[i].Packets);
    }

    private void WriteStatistics()
    {
        _statisticsAt = _clock.GetTimestamp();
        _sources.ReadCounters();
        var statistics = PacketBlock.Of(StatisticsBlocks(Now()));
        _fanout.Write(statistics);
        _blocks.Shift(statistics.Length);
        _files.SetLength(_fanout.Length);
    }

    private void BeginNextFile()
    {
        _sources.ReadCounters();
        var now = Now();
        _fanout.EndFile(StatisticsBlocks(now));
        _files.SetLength(_fanout.Length);
        _begun = now;
        _statisticsAt = _clock.GetTimestamp();
        var removed = _fanout.BeginFile();
        _files.Begin(_fanout.Name, _fanout.Length, removed);
    }

    private void Finish(Action<Exception> failed, Func<StopReason> reason)
    {
        try
        {
            _sources.ReadCounters(last: true);
            _sources.MeasureClock();
            _fanout.Finish(StatisticsBlocks(Now(), reason()));
            _files.SetLength(_fanout.Length);
        }
        catch (Exception exception)
        {
            if (Failure is null)
                failed(exception);
            Failure ??= exception;
        }
    }

    /// <param name="now">What the queues have counted until now.</param>
    /// <param name="reason">Why the capture has ended, which the first of the last blocks says; null while it runs.</param>
    private byte[] StatisticsBlocks(LedgerMoment now, StopReason? reason = null)
    {
        var clock = reason is null ? null : SectionHead.ClockComment(_sources.Clock);
        return [.. now.Since(_begun).SelectMany(counts =>
        {
            var statistics = counts with { Comment = counts.InterfaceId == 0 && reason is { } ended ? EndMark.Write(ended, clock) : clock };
            var block = new byte[PcapngEncoder.InterfaceStatisticsLength(statistics)];
            PcapngEncoder.WriteInterfaceStatistics(block, statistics);
            return block;
        })];
    }

    private LedgerMoment Now() => LedgerMoment.Of(_sources.Ledger, Timestamp.Now(_clock));
}
