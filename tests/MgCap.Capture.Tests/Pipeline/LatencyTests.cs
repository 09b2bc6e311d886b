using System.Diagnostics;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using Xunit.Abstractions;

namespace MgCap.Capture.Tests.Pipeline;

public sealed class LatencyTests(ITestOutputHelper output)
{
    /// <summary>A lone packet is in the file soon, also where other queues are silent.</summary>
    [RootTheory]
    [InlineData(1)]
    [InlineData(4)]
    public void LonePacket_IsInTheFileSoon(int queues)
    {
        using var lab = VethLab.Create("latency", new VethOptions { Queues = queues });
        using var sender = lab.OpenSender(queues == 1 ? null : new FrameSenderOptions { Queue = 2 });
        var latencies = Latencies.OfLonePackets(lab, LabCapture.Settings(), sender);
        output.WriteLine($"{queues} queues: median {latencies[7]:F1} ms, longest {latencies[^1]:F1} ms");
        // On a quiet machine it is some 15 ms; the bound leaves room for others on it.
        Assert.InRange(latencies[7], 0, 250);
    }

    /// <summary>One queue's flood does not hold back, nor bring out of order, a packet now and then of another.</summary>
    [RootFact]
    public async Task PacketBesideAFlood_IsInTheFileSoon()
    {
        using var lab = VethLab.Create("beside", new VethOptions { Queues = 2 });
        using var busy = lab.OpenSender(new FrameSenderOptions { Queue = 0 });
        using var quiet = lab.OpenSender(new FrameSenderOptions { Queue = 1 });
        using var sink = new MemorySink();
        using var stop = new CancellationTokenSource();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings(), sink);
        var flood = busy.StartFlood([Frames.Udp4(new Flow(), 60)], 300_000, cancellation: stop.Token);
        var latencies = new List<double>();
        for (var i = 1; i <= 15; i++)
        {
            var watch = Stopwatch.StartNew();
            quiet.Send(Frames.Udp4(new Flow(), 61));
            Wait.Until(() => session.ReadStatistics().Queues.Single(row => row.Queue == 1) is var row && row.Captured + row.Dropped == i, "the quiet queue's packet");
            latencies.Add(watch.Elapsed.TotalMilliseconds);
        }

        await stop.CancelAsync();
        await flood;
        session.Stop();
        latencies.Sort();
        output.WriteLine($"beside a flood: median {latencies[7]:F1} ms, longest {latencies[^1]:F1} ms");
        Assert.InRange(latencies[7], 0, 1000);
        CapturedFile.Read(sink).AssertInTimeOrder();
    }
}
