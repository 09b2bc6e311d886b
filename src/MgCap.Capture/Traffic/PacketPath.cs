using MgCap.Linux.Sending;

namespace MgCap.Capture.Traffic;

/// <summary>Sends from a packet socket, past the queueing discipline. A refused packet's number is left out.</summary>
internal sealed class PacketPath : ITrafficPath
{
    private const int MaxBurst = 64;

    private readonly TrafficFrame _frame;
    private readonly FrameBatch _batch;
    private ulong _next;

    internal PacketPath(TrafficFrame frame, int interfaceIndex)
    {
        _frame = frame;
        _batch = new FrameBatch(interfaceIndex, frame.Bytes.Length, MaxBurst, bypassQueue: true);
        for (var i = 0; i < MaxBurst; i++)
            frame.Bytes.CopyTo(_batch[i]);
    }

    public TrafficBurst Send(long wanted)
    {
        var count = (int)Math.Min(wanted, MaxBurst);
        for (var i = 0; i < count; i++)
            _frame.Number(_batch[i], _next++);
        var refused = 0;
        for (var done = 0; done < count;)
        {
            done += _batch.Send(done, count - done);
            if (done == count)
                break;
            // The call ended because this one was refused.
            refused++;
            done++;
        }

        return new TrafficBurst(count, refused);
    }

    public void Dispose() => _batch.Dispose();
}
