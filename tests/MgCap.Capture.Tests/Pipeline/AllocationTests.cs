using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;
using MgCap.Capture.Engines.Packet;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using Xunit.Abstractions;

namespace MgCap.Capture.Tests.Pipeline;

/// <summary>
/// The threads that read the rings and write the file allocate nothing for a packet. Under a flood from other threads the
/// reading loop is run on the test's own thread and the writing one on a second; each takes
/// <see cref="GC.GetAllocatedBytesForCurrentThread"/> before and after. With fifty times the packets the difference may grow by
/// what comes once, above all room for pending packets (16 bytes for each that a ring held at a time, the more the slower the
/// machine), and with every wake-up, but by half of what the smallest object for each packet (24 bytes) would take.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Few = 20_000;
    private const int Many = 1_000_000;
    private const int Attempts = 3;

    // So that a packet that is missing fails the test instead of keeping it waiting.
    private const double MaxSeconds = 30;
    private const long Once = (Many - Few) * 24L / 2;

    [RootTheory]
    [InlineData(1, null)]
    [InlineData(4, "udp")]
    public void Packets_AllocateNothing(int queues, string? filter)
    {
        using var lab = VethLab.Create("allocation", new VethOptions { Queues = queues });
        Measure(lab, filter, Few); // The runtime compiles on the way.
        var few = Measure(lab, filter, Few);
        // What comes once depends on how far behind the reader ever was; what comes with a packet is there each time.
        var many = long.MaxValue;
        for (var attempt = 0; attempt < Attempts && many > few + Once; attempt++)
            many = Math.Min(many, Measure(lab, filter, Many));
        output.WriteLine($"{Few} packets: {few} bytes, {Many} packets: {many} bytes");
        Assert.InRange(many, 0, few + Once);
    }

    private static long Measure(VethLab lab, string? filter, int packets)
    {
        var settings = LabCapture.Settings() with { Filter = filter, Stop = new StopConditions(Packets: packets) };
        using var sink = new MemorySink { Keep = false };
        var nic = lab.CaptureSide.Run(() => CaptureInterfaces.Find("cap0")!);
        using var sources = new CaptureSources(lab.CaptureSide.Run(() => new PacketEngine().Open(settings, nic)));
        var blocks = new PacketBlockQueue(24, sources.Queues.Count);
        var head = SectionHead.Of(settings, sources.Queues, clock: null);
        var writer = new CaptureFileWriter(new BlockFanout(sink, head), blocks, sources, new CaptureFiles(), TimeProvider.System);
        var encoder = new PacketEncoder(settings, blocks);
        var reader = new RingReader(sources, encoder, MaxSeconds, TimeProvider.System);
        long writing = 0;
        var thread = new Thread(() => writing = Allocated(() => writer.Run(_ => { }, () => StopReason.Packets)));
        thread.Start();
        using var flood = new Flood(lab);
        var reading = Allocated(() =>
        {
            Assert.Equal(StopReason.Packets, reader.Run());
            blocks.Complete();
        });
        thread.Join();
        Assert.Null(writer.Failure);
        Assert.Equal(packets, sources.Ledger.Read(renewRates: false).Captured);
        return reading + writing;
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Frames on every queue until it is disposed.</summary>
    private sealed class Flood : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<FrameSender> _senders = [];
        private readonly List<Task> _floods = [];

        internal Flood(VethLab lab)
        {
            for (var queue = 0; queue < lab.Options.Queues; queue++)
            {
                _senders.Add(lab.OpenSender(lab.Options.Queues == 1 ? null : new FrameSenderOptions { Queue = queue }));
                _floods.Add(_senders[^1].StartFlood([Frames.Udp4(Flow.Numbered(queue), 100)], cancellation: _stop.Token));
            }
        }

        public void Dispose()
        {
            _stop.Cancel();
            Task.WaitAll(_floods);
            _senders.ForEach(sender => sender.Dispose());
            _stop.Dispose();
        }
    }
}
