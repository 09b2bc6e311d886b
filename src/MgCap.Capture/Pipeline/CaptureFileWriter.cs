using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// Step 5 of a packet's way: gives full blocks to the file and to others that look on (<see cref="BlockFanout"/>), and only then counts
/// their packets as captured. Between them, and at the end, it writes what every queue has counted. Runs on a thread of its own.
/// </summary>
internal sealed class CaptureFileWriter
{
    private static readonly TimeSpan _statisticsInterval = TimeSpan.FromSeconds(10);

    private readonly BlockFanout _fanout;
    private readonly PacketBlockQueue _blocks;
    private readonly CaptureSource _source;
    private readonly TimeProvider _clock;
    private readonly Timestamp _startedAt;
    private readonly CaptureFile _file;
    private long _statisticsAt;

    /// <param name="fanout">Where blocks go; its file was begun.</param>
    /// <param name="blocks">Where they come from.</param>
    /// <param name="source">Knows what the queues have counted.</param>
    /// <param name="file">Is told what is in the file.</param>
    /// <param name="clock">Tells the time.</param>
    internal CaptureFileWriter(BlockFanout fanout, PacketBlockQueue blocks, CaptureSource source, CaptureFile file, TimeProvider clock)
    {
        _fanout = fanout;
        _blocks = blocks;
        _source = source;
        _file = file;
        _clock = clock;
        _startedAt = Timestamp.Now(clock);
        _statisticsAt = clock.GetTimestamp();
        _file.SetLength(_fanout.Length);
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
                block.Release();
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
        _fanout.Write(block);
        // In this order: who sees a packet counted finds it in the file.
        _file.Add(block, _fanout.Length);
        var queues = _source.Ledger.Queues;
        for (var i = 0; i < queues.Count; i++)
            queues[i].AddCaptured(block.Tallies[i]);
    }

    private void CountAsDropped(PacketBlock block)
    {
        var queues = _source.Ledger.Queues;
        for (var i = 0; i < queues.Count; i++)
            queues[i].AddWriterDropped(block.Tallies[i].Packets);
    }

    private void WriteStatistics()
    {
        _statisticsAt = _clock.GetTimestamp();
        _source.ReadCounters();
        var statistics = PacketBlock.Of(StatisticsBlocks());
        _fanout.Write(statistics);
        _blocks.Shift(statistics.Length);
        _file.SetLength(_fanout.Length);
    }

    private void Finish(Action<Exception> failed, Func<StopReason> reason)
    {
        try
        {
            _source.ReadCounters(last: true);
            _source.MeasureClock();
            _fanout.Finish(StatisticsBlocks(reason()));
            _file.SetLength(_fanout.Length);
        }
        catch (Exception exception)
        {
            if (Failure is null)
                failed(exception);
            Failure ??= exception;
        }
    }

    /// <param name="reason">Why the capture has ended, which the first of the last blocks says; null while it runs.</param>
    private byte[] StatisticsBlocks(StopReason? reason = null)
    {
        var clock = reason is null ? null : SectionHead.ClockComment(_source.Clock);
        var now = Timestamp.Now(_clock);
        return [.. _source.Ledger.Queues.SelectMany((queue, id) =>
        {
            var statistics = Statistics(queue, id, now) with { Comment = id == 0 && reason is { } ended ? EndMark.Write(ended, clock) : clock };
            var block = new byte[PcapngEncoder.InterfaceStatisticsLength(statistics)];
            PcapngEncoder.WriteInterfaceStatistics(block, statistics);
            return block;
        })];
    }

    private InterfaceStatistics Statistics(QueueLedger queue, int id, Timestamp now)
    {
        var (filtered, captured, ring, writer) = (queue.Filtered, queue.Captured, queue.RingDropped, queue.WriterDropped);
        return new InterfaceStatistics
        {
            InterfaceId = id,
            At = now,
            StartTime = _startedAt,
            EndTime = now,
            Received = (ulong)(filtered + captured + ring + writer),
            // The device counts for all its queues together.
            InterfaceDropped = id == 0 ? (ulong)_source.Ledger.NicDropped : 0,
            FilterAccepted = (ulong)(captured + ring + writer),
            OperatingSystemDropped = (ulong)ring,
            UserDelivered = (ulong)captured,
        };
    }
}
