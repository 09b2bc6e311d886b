using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;

namespace MgCap.Capture.Recent;

/// <summary>The account of what a recorder saves: each queue's packets that were written, and those that were overwritten before.</summary>
/// <param name="seen">Packets by queue before the first that is saved.</param>
internal sealed class SavedAccount(long[] seen)
{
    private readonly ulong[] _written = new ulong[seen.Length];
    private readonly ulong[] _missed = new ulong[seen.Length];
    private Timestamp? _from;

    /// <summary>Counts blocks that were written.</summary>
    internal void Add(in RecentBlocks taken)
    {
        _from ??= new Timestamp(taken.FirstTime);
        for (var queue = 0; queue < seen.Length; queue++)
        {
            _missed[queue] += (ulong)(taken.Before[queue] - seen[queue]);
            _written[queue] += (ulong)taken.Tallies[queue].Packets;
            seen[queue] = taken.After[queue];
        }
    }

    /// <summary>The file's last blocks; what was overwritten was accepted, and not delivered.</summary>
    internal byte[] Statistics(Timestamp to) => [.. _written.SelectMany((written, id) =>
    {
        var statistics = new InterfaceStatistics
        {
            InterfaceId = id,
            At = to,
            StartTime = _from ?? to,
            EndTime = to,
            Received = written + _missed[id],
            FilterAccepted = written + _missed[id],
            UserDelivered = written,
            Comment = id == 0 ? EndMark.Write(StopReason.User) : null,
        };
        var block = new byte[PcapngEncoder.InterfaceStatisticsLength(statistics)];
        PcapngEncoder.WriteInterfaceStatistics(block, statistics);
        return block;
    })];
}
