using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Pipeline;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>A ring whose blocks have the device's time, where it told one; then the queue's number is marked.</summary>
internal readonly struct StampedBlockRing(BlockRing ring) : IStampedRing
{
    // DEVICE_STAMPED of capture.bpf.c
    private const int DeviceStamped = 1 << 31;

    public bool HasNext => ring.HasNext;

    public ulong Position => ring.Position;

    public long TimeOfNext(UtcConversion conversion) =>
        IsStamped(ProgramBlock.QueueOf(ring.Next)) ? conversion.ToUtc(ring.NextTime) : ring.NextTime;

    public void MoveNext() => ring.MoveNext();

    public bool Encode(ulong position, long time, PacketEncoder encoder)
    {
        var block = ring.BlockAt(position);
        var marked = ProgramBlock.QueueOf(block);
        var queue = marked & ~DeviceStamped;
        var goOn = ProgramBlock.Copy(block, queue, time, encoder);
        if (!IsStamped(marked))
            encoder.CountSoftwareStamped(queue);
        return goOn;
    }

    public void ReleaseUpTo(ulong position) => ring.ReleaseUpTo(position);

    private static bool IsStamped(int queue) => (queue & DeviceStamped) != 0;
}
