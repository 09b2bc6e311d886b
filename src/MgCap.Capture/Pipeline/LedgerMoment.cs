using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// What the queues had counted at one moment. Each of a capture's files tells what they counted between two of them, and the next file
/// begins with the second: the sum of the files is the capture's account.
/// </summary>
internal sealed class LedgerMoment
{
    private readonly Timestamp _at;
    private readonly Counts[] _queues;

    private LedgerMoment(Timestamp at, Counts[] queues) => (_at, _queues) = (at, queues);

    /// <summary>Before anything was counted.</summary>
    internal static LedgerMoment Start(CaptureLedger ledger, Timestamp at) => new(at, new Counts[ledger.Queues.Count]);

    /// <summary>Now.</summary>
    internal static LedgerMoment Of(CaptureLedger ledger, Timestamp at) => new(at, [.. ledger.Queues.Select(Counts.Of)]);

    /// <summary>What every queue has counted since an earlier moment; a queue's row is its interface's number in the file.</summary>
    internal IEnumerable<InterfaceStatistics> Since(LedgerMoment earlier) => _queues.Select((queue, id) =>
    {
        var before = earlier._queues[id];
        var (filtered, captured, ring, writer) =
            (queue.Filtered - before.Filtered, queue.Captured - before.Captured, queue.Ring - before.Ring, queue.Writer - before.Writer);
        return new InterfaceStatistics
        {
            InterfaceId = id,
            At = _at,
            StartTime = earlier._at,
            EndTime = _at,
            Received = (ulong)(filtered + captured + ring + writer),
            InterfaceDropped = (ulong)(queue.Nic - before.Nic),
            FilterAccepted = (ulong)(captured + ring + writer),
            OperatingSystemDropped = (ulong)ring,
            UserDelivered = (ulong)captured,
        };
    });

    private readonly record struct Counts(long Filtered, long Captured, long Ring, long Writer, long Nic)
    {
        internal static Counts Of(QueueLedger queue) => new(queue.Filtered, queue.Captured, queue.RingDropped, queue.WriterDropped, queue.NicDropped);
    }
}
