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
    private const int MaxRounds = 9;

    // A shared machine is twice as fast in one minute as in the next: what is compared is the two programs of one round. A host may take
    // back memory that is free within two seconds, and lending it again takes longer than capturing: floods are short, the memory for each is
    // borrowed just before, and the fastest counts, since what shares the machine only ever makes one slower.
    private const double Noise = 0.05;
    private const long WarmUpFrames = 1_000_000;
    private const int FloodsPerRun = 6;
    private const long FramesPerFlood = 500_000;
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
        List<Round> rounds = [];
        while (rounds.Count < MinRounds || (rounds.Count < MaxRounds && Median(rounds) < 1))
        {
            var tcpdump = Run(lab, sender, frames, "listening on", file => ["tcpdump", "-i", "cap0", "-s", "96", "-B", "65536", "-Z", "root", "-w", file]);
            var mgcap = Run(lab, sender, frames, "Capturing on", file => [BuiltPrograms.CommandLine, "dump", "-i", "cap0", "--engine", "packet", "-w", file]);
            rounds.Add(new Round(mgcap, tcpdump));
            output.WriteLine($"{rounds[^1]}");
            Assert.InRange(mgcap.PeakMemory, 1, MaxMemory);
        }

        Assert.True(Median(rounds) >= 1 - Noise, $"{Median(rounds):F2} beside tcpdump: {string.Join("; ", rounds)}");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Result Run(VethLab lab, FrameSender sender, byte[][] frames, string ready, Func<string, string[]> command)
    {
        var file = Path.Combine(_folder.FullName, "capture");
        using var capture = new PinnedCapture(lab.CaptureSide, CapturingCore, ready, command(file));
        // Both are to be warm: a compiler at work is no part of the comparison.
        var arrived = KernelFlood.Measure(lab, () => sender.Flood(frames, WarmUpFrames, SendingCore)).Packets;
        var fastest = 0.0;
        for (var i = 0; i < FloodsPerRun; i++)
        {
            MemoryBallast.Borrow(_folder);
            var arrival = KernelFlood.Measure(lab, () => sender.Flood(frames, FramesPerFlood, SendingCore));
            arrived += arrival.Packets;
            fastest = Math.Max(fastest, arrival.PacketsPerSecond);
        }

        var metrics = capture.Metrics;
        capture.Finish();
        var packets = long.Parse(ReferenceTools.Capinfos("-c", "-M", "-T", "-r", file).Trim().Split('\t')[^1], CultureInfo.InvariantCulture);
        return new Result(fastest * packets / arrived, metrics.PeakResidentBytes, metrics.Cpu);
    }

    private static double Median(List<Round> rounds) => rounds.Select(round => round.Ratio).Order().ElementAt(rounds.Count / 2);

    /// <param name="PacketsPerSecond">What arrived in a second of the fastest flood, by the share of all floods that is in the file.</param>
    /// <param name="PeakMemory">In bytes.</param>
    /// <param name="Cpu">Of the program's own, all floods and its start.</param>
    private sealed record Result(double PacketsPerSecond, long PeakMemory, TimeSpan Cpu);

    private sealed record Round(Result Mgcap, Result Tcpdump)
    {
        internal double Ratio => Mgcap.PacketsPerSecond / Tcpdump.PacketsPerSecond;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Ratio:F2} ({Mgcap.PacketsPerSecond / 1000:F0}/{Tcpdump.PacketsPerSecond / 1000:F0} k/s, {Mgcap.Cpu.TotalSeconds:F2}/{Tcpdump.Cpu.TotalSeconds:F2} s)");
    }
}
