using System.Globalization;
using MgCap.Testing;
using Xunit.Abstractions;

namespace MgCap.Cli.Tests.Overload;

/// <summary>One core sends as fast as it can, the other receives and captures.</summary>
public sealed class BesideTcpdumpTests(ITestOutputHelper output) : IDisposable
{
    private const int SendingCore = 0;
    private const int CapturingCore = 1;
    private const int MinRounds = 3;
    private const int MaxRounds = 15;

    // A shared machine is twice as fast in one minute as in the next, and what shares it only ever makes a round slower: the fastest round
    // of each is what it can do. Rounds go on until it is not behind; the fastest of so many differ by this at most.
    private const double Noise = 0.05;
    private const long WarmUpFrames = 1_000_000;
    private const long FramesPerRound = 3_000_000;
    private const int FrameLength = 128;
    // A ring of 64 MiB, every block that there can be (192), and the runtime.
    private const long MaxMemory = 340L * 1024 * 1024;

    // In memory, so that no disk has a part in the comparison; the name is of this process, so that no other's is in the way.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory($"/dev/shm/mgcap-overload-{Environment.ProcessId}");

    [RootFact]
    public void PacketEngine_AtOverload_KeepsUpBesideTcpdump()
    {
        using var lab = VethLab.Create("overload");
        KernelFlood.EnableThreadedNapi(lab, CapturingCore);
        using var sender = lab.OpenSender(new FrameSenderOptions { Bypass = true });
        var frames = Enumerable.Range(0, 64).Select(i => Frames.Udp4(Flow.Numbered(i), FrameLength, (uint)i)).ToArray();
        List<Result> ofTcpdump = [];
        List<Result> ofMgcap = [];
        while (ofMgcap.Count < MinRounds || (ofMgcap.Count < MaxRounds && Ratio() < 1))
        {
            ofTcpdump.Add(Run(lab, sender, frames, "listening on", file => ["tcpdump", "-i", "cap0", "-s", "96", "-B", "65536", "-Z", "root", "-w", file]));
            ofMgcap.Add(Run(lab, sender, frames, "Capturing on", file => [BuiltPrograms.CommandLine, "dump", "-i", "cap0", "--engine", "packet", "-w", file]));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mgcap {ofMgcap[^1]}, tcpdump {ofTcpdump[^1]}, {Ratio():F2}"));
            Assert.InRange(ofMgcap[^1].PeakMemory, 1, MaxMemory);
        }

        Assert.True(Ratio() >= 1 - Noise, $"mgcap: {string.Join("; ", ofMgcap)}. tcpdump: {string.Join("; ", ofTcpdump)}.");

        double Ratio() => ofMgcap.Max(round => round.PacketsPerSecond) / ofTcpdump.Max(round => round.PacketsPerSecond);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Result Run(VethLab lab, FrameSender sender, byte[][] frames, string ready, Func<string, string[]> command)
    {
        var file = Path.Combine(_folder.FullName, "capture");
        using var capture = new PinnedCapture(lab.CaptureSide, CapturingCore, ready, command(file));
        // Both are to be warm: a compiler at work is no part of the comparison.
        var warm = KernelFlood.Measure(lab, () => sender.Flood(frames, WarmUpFrames, SendingCore)).Packets;
        MemoryBallast.Borrow(_folder);
        var before = capture.Metrics.Cpu;
        var arrival = KernelFlood.Measure(lab, () => sender.Flood(frames, FramesPerRound, SendingCore));
        var metrics = capture.Metrics;
        capture.Finish();
        var packets = ReferenceTools.Capinfos("-c", "-M", "-T", "-r", file).Trim().Split('\t')[^1];
        return new Result(
            (long.Parse(packets, CultureInfo.InvariantCulture) - warm) / arrival.Elapsed.TotalSeconds, arrival.PacketsPerSecond, metrics.PeakResidentBytes, metrics.Cpu - before);
    }

    private sealed record Result(double PacketsPerSecond, double Arrived, long PeakMemory, TimeSpan Cpu);
}
