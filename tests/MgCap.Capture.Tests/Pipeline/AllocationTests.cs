using MgCap.Capture.Engines.Packet;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using Xunit.Abstractions;

namespace MgCap.Capture.Tests.Pipeline;

/// <summary>
/// The threads that read the rings and write the file allocate nothing for a packet. The packets wait in the rings; then both
/// loops are run on the test's own thread, one after the other, between two readings of
/// <see cref="GC.GetAllocatedBytesForCurrentThread"/>. With ten times the packets the difference may grow by what comes once,
/// such as more room for pending packets, but by far less than the smallest object for each packet (24 bytes) would take.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Few = 20_000;
    private const int Many = 200_000;
    private const int Turn = 250;

    // For all packets at once, as nobody writes while the rings are read.
    private const int EnoughBuffers = 40;

    // So that a packet that is missing fails the test instead of keeping it waiting.
    private const double LongestSeconds = 20;
    private const long Once = 3 * 1024 * 1024;

    [RootTheory]
    [InlineData(1, null)]
    [InlineData(4, "udp")]
    public void Packets_AllocateNothing(int queues, string? filter)
    {
        using var lab = VethLab.Create("allocation", new VethOptions { Queues = queues });
        Measure(lab, filter, Few); // The runtime compiles on the way.
        var few = Measure(lab, filter, Few);
        var many = Measure(lab, filter, Many);
        output.WriteLine($"{Few} packets: {few} bytes, {Many} packets: {many} bytes");
        Assert.InRange(many, 0, few + Once);
    }

    private static long Measure(VethLab lab, string? filter, int packets)
    {
        var settings = LabCapture.Settings() with { Filter = filter };
        using var sink = new MemorySink { Keep = false };
        var on = lab.CaptureSide.Run(() => CaptureInterfaces.Find("cap0")!);
        using var source = lab.CaptureSide.Run(() => new PacketEngine().Open(settings, on));
        var arrival = KernelFlood.Measure(lab, () => Send(lab, packets));
        source.ReadCounters();
        var waiting = arrival.Packets - source.Ledger.Queues.Sum(queue => queue.RingDropped);
        Assert.InRange(waiting, packets * 9 / 10, packets);

        var description = new CaptureFileDescription(settings, on, source.LinkType);
        var buffers = new WriteBufferQueue(EnoughBuffers, source.Ledger.Queues.Count);
        var writer = new CaptureFileWriter(sink, buffers, description, source, new CaptureFile(), TimeProvider.System);
        var encoder = new PacketEncoder(description, source.Ledger.Queues, buffers, new StopConditions(Packets: waiting));
        var reader = new RingReader(source, encoder, LongestSeconds, TimeProvider.System);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(StopReason.Packets, reader.Run());
        buffers.Complete();
        writer.Run(failure => Assert.Fail(failure.Message));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(waiting, source.Ledger.Read(renewRates: false).Captured);
        return allocated;
    }

    /// <summary>By turns on all queues, as packets come: else one queue's would have to wait for all of another's.</summary>
    private static FloodResult Send(VethLab lab, int packets)
    {
        var queues = lab.Options.Queues;
        var senders = Enumerable.Range(0, queues)
            .Select(queue => lab.OpenSender(queues == 1 ? null : new FrameSenderOptions { Queue = queue })).ToArray();
        for (var sent = 0; sent < packets; sent += Turn)
            senders[sent / Turn % queues].Flood([Frames.Udp4(new Flow(), 100)], Turn);
        foreach (var sender in senders)
            sender.Dispose();
        return new FloodResult(packets, 0, TimeSpan.Zero);
    }
}
