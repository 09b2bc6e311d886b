using MgCap.Capture.Statistics;
using MgCap.Linux.Kmod;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>
/// The ledger's rows and the module's queues. There is a row for each receive queue in use, and one for packets of which the
/// queue is not known, or was not in use when the capture began. What comes through an interface's only queue needs no telling.
/// </summary>
/// <param name="used">Receive queues in use.</param>
/// <param name="counted">Receive queues that the module counts: all that the interface may use.</param>
internal sealed class KmodQueues(int used, int counted)
{
    private readonly int _unknown = used == 1 ? 0 : used;

    /// <summary>The rows, in their order.</summary>
    internal QueueLedger[] Rows { get; } =
        [.. Enumerable.Range(0, used).Select(queue => new QueueLedger(queue, $"rx{queue}")), new QueueLedger(-1, "")];

    /// <summary>The place of a packet's row.</summary>
    /// <param name="queue">Its queue; -1 where it is not known.</param>
    internal int RowOf(int queue) => queue < 0 ? _unknown : Math.Min(queue, used);

    /// <summary>Brings the rows up to date with what the module has counted.</summary>
    internal void Read(SlotDevice device, double ringFill)
    {
        var sums = new (long Filtered, long Dropped)[Rows.Length];
        Add(-1, device.ReadQueue(null));
        for (var queue = 0; queue < counted; queue++)
            Add(queue, device.ReadQueue(queue));
        for (var row = 0; row < Rows.Length; row++)
        {
            Rows[row].SetKernelCounts(sums[row].Filtered, sums[row].Dropped);
            Rows[row].SetRingFill(ringFill);
        }

        void Add(int queue, (long Filtered, long Dropped) counts)
        {
            ref var sum = ref sums[RowOf(queue)];
            sum = (sum.Filtered + counts.Filtered, sum.Dropped + counts.Dropped);
        }
    }
}
