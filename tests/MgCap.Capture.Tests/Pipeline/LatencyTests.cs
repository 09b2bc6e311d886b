using System.Diagnostics;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using Xunit.Abstractions;

namespace MgCap.Capture.Tests.Pipeline;

public sealed class LatencyTests(ITestOutputHelper output)
{
    // What is promised of a lone packet, beside what this machine takes to wake a thread meanwhile.
    private const double MaxMilliseconds = 50;

    /// <summary>
    /// A lone packet is in the file within 50 ms, also where other queues are silent. The best of three series counts: the machine may be
    /// busy with something else.
    /// </summary>
    [RootTheory]
    [InlineData(EngineNames.Packet, 1)]
    [InlineData(EngineNames.Packet, 4)]
    [InlineData(EngineNames.Xdp, 1)]
    [InlineData(EngineNames.Xdp, 4)]
    public void LonePacket_IsInTheFileSoon(string engine, int queues)
    {
        using var lab = VethLab.Create("latency", new VethOptions { Queues = queues });
        using var sender = lab.OpenSender(queues == 1 ? null : new FrameSenderOptions { Queue = 2 });
        var median = double.MaxValue;
        for (var series = 0; series < 3 && median > MaxMilliseconds; series++)
        {
            var control = Latencies.OfThreads()[7];
            var latencies = Latencies.OfLonePackets(lab, LabCapture.SettingsFor(engine), sender);
            median = Math.Min(median, latencies[7] - control);
            output.WriteLine($"{engine}, {queues} queues: median {latencies[7]:F1} ms, longest {latencies[^1]:F1} ms; the control {control:F1} ms");
        }

        Assert.InRange(median, double.MinValue, MaxMilliseconds);
    }

    /// <summary>One queue's flood does not hold back, nor bring out of order, a packet now and then of another.</summary>
    [RootFact]
    public async Task PacketBesideAFlood_IsNotHeldBack()
    {
        // So many times as long as a packet that is alone. It is some three times, more where the flood has one core of two.
        const int longer = 40;
        using var lab = VethLab.Create("beside", new VethOptions { Queues = 2 });
        using var busy = lab.OpenSender(new FrameSenderOptions { Queue = 0 });
        using var quiet = lab.OpenSender(new FrameSenderOptions { Queue = 1 });
        var alone = Latencies.OfLonePackets(lab, LabCapture.Settings(), quiet)[7];
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
        output.WriteLine($"beside a flood: median {latencies[7]:F1} ms, longest {latencies[^1]:F1} ms; alone {alone:F1} ms");
        Assert.InRange(latencies[7] / alone, 0, longer);
        CapturedFile.Read(sink).AssertInTimeOrder();
    }
}
