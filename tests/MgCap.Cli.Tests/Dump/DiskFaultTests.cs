using System.Globalization;
using System.Text.Json;
using MgCap.Capture.Pcapng;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>A disk that fails while a capture writes to it, as strace(1) makes it: what is counted is what the file has.</summary>
public sealed class DiskFaultTests : DumpTest
{
    private const int FrameLength = 9000;

    // A packet's block is longer by its head, its options and its padding.
    private const int MaxPacketBlock = FrameLength + 200;

    private static readonly byte[][] _frames = [Frames.Udp4(new Flow(), FrameLength)];

    /// <summary>A file system that says it has direct I/O and then does not take it: the file is written the ordinary way, and has everything.</summary>
    [RootDirectIoFact]
    public void DirectIoThatIsRefused_IsDoneWithout()
    {
        // A capture's first writes are direct or not, as packets come; a fault in one that is not is another case.
        for (var write = 2; write <= 8; write++)
        {
            var (outcome, capture) = Run($"pwrite64:error=EINVAL:when={write}");
            if (outcome.ExitCode != 0)
                continue;
            RequireAllThatIsCounted(capture);
            Assert.Equal(("buffered", 0), (capture.GetProperty("fileIo").GetString(), capture.GetProperty("statistics").GetProperty("dropped").GetProperty("writer").GetInt64()));
            return;
        }

        Assert.Fail("no fault met a write past the page cache");
    }

    [RootDirectIoTheory]
    [InlineData("pwrite64:error=EIO:when=6+", "error", "Input/output error")]
    [InlineData("fallocate:error=ENOSPC:when=2+", "storage_full", "no room")]
    [InlineData("pwrite64:error=ENOSPC:when=6+", "storage_full", "no room")]
    public void DiskThatFails_EndsTheCaptureWithWhatWasWritten(string fault, string reason, string word)
    {
        var (outcome, capture) = Run(fault);

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Equal(reason, capture.GetProperty("stopReason").GetString());
        Assert.Contains(word, capture.GetProperty("error").GetString(), StringComparison.Ordinal);
        RequireAllThatIsCounted(capture);
    }

    /// <summary>Killed at any of its writes: the file ends within a packet's block at most, whatever of a write is past the page cache.</summary>
    [RootDirectIoFact]
    public void KilledAtAWrite_LeavesNoGap()
    {
        var direct = 0;
        for (var write = 2; write <= 9; write++)
        {
            using var run = StartUnder([], $"pwrite64:signal=KILL:when={write}");
            run.WaitForStart();
            using (var sender = Lab.OpenSender())
                sender.Flood(_frames, 1_000);
            run.WaitForExit();

            var length = new FileInfo(FilePath).Length;
            var scan = PcapngScan.Scan(FilePath);
            Assert.True(length - scan.ValidLength < MaxPacketBlock, $"killed at write {write}: of {length} bytes {scan.ValidLength} are whole");
            direct += length > 1_000_000 ? 1 : 0;
        }

        Assert.InRange(direct, 1, int.MaxValue);
    }

    /// <summary>Killed at any moment: the file is whole up to some block, and lacks no block that was there a moment before.</summary>
    [RootDirectIoFact]
    public void Killed_LeavesAFileThatHasWhatWasCaptured()
    {
        var rounds = Environment.GetEnvironmentVariable("MGCAP_KILLS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 6;
        var random = new Random(20261129);
        for (var round = 0; round < rounds; round++)
        {
            using var run = Mgcap.StartDump(Inside, "cap0", "-w", FilePath, "-s", "9014");
            using var sender = Lab.OpenSender();
            using var enough = new CancellationTokenSource();
            var traffic = sender.StartFlood(_frames, count: 1_000_000, cancellation: enough.Token);
            Wait.Until(() => new FileInfo(FilePath).Length > 200_000, "packets in the file");
            Thread.Sleep(random.Next(300));
            var before = new FileInfo(FilePath).Length;
            run.Kill();
            enough.Cancel();
            traffic.Wait();

            var scan = PcapngScan.Scan(FilePath);
            Assert.True(scan.ValidLength > before - MaxPacketBlock, $"{scan.ValidLength} bytes are whole; there were {before} before the end");
            Assert.InRange(scan.Packets, 1, long.MaxValue);
            Assert.True(scan.Packets * FrameLength <= scan.ValidLength && scan.CapturedBytes == scan.Packets * FrameLength, $"{scan.Packets} packets have {scan.CapturedBytes} bytes");
        }
    }

    /// <summary>Captures a flood to its end, or for a few seconds.</summary>
    private (Outcome Outcome, JsonElement Capture) Run(string fault)
    {
        using var run = StartUnder(["--seccomp-bpf"], fault);
        run.WaitForStart();
        using (var sender = Lab.OpenSender())
            sender.Flood(_frames, 4_000);
        var outcome = run.WaitForExit();
        return (outcome, JsonDocument.Parse(outcome.Output).RootElement);
    }

    /// <summary>Starts a dump whose system calls fail; with --seccomp-bpf strace(1) costs less, and sends no signals.</summary>
    private Mgcap StartUnder(string[] options, string fault) => Mgcap.StartCommand(
        Inside, null, ["strace", "--follow-forks", .. options, "--quiet=all", "--output=/dev/null", $"--trace={fault.Split(':')[0]}", $"--trace-path={FilePath}",
        $"--inject={fault}", BuiltPrograms.CommandLine, "dump", "cap0", "-w", FilePath, "-s", "9014", "-a", "duration:5", "--json"]);

    /// <summary>The file has the packets that are counted as captured, and the others are counted as lost.</summary>
    private void RequireAllThatIsCounted(JsonElement capture)
    {
        var statistics = capture.GetProperty("statistics");
        var (received, captured) = (statistics.GetProperty("received").GetInt64(), statistics.GetProperty("captured").GetInt64());
        var dropped = statistics.GetProperty("dropped");
        Assert.InRange(captured, 1, 4_000);
        Assert.Equal(received, captured + dropped.GetProperty("ring").GetInt64() + dropped.GetProperty("writer").GetInt64());
        var scan = PcapngScan.Scan(FilePath);
        Assert.Null(scan.Damage);
        Assert.Equal(captured, scan.Packets);
    }
}
