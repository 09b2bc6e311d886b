using System.Text.Json;
using MgCap.Capture.Traffic;
using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Gen;

/// <summary>A lab for a test of <c>mgcap gen</c>: gen0 sends, and what reaches cap0 is captured.</summary>
public abstract class GenTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-gen-");
    private readonly Lazy<VethLab> _lab = new(() => VethLab.Create("gen"));

    protected VethLab Lab => _lab.Value;

    protected string FilePath => Path.Combine(_folder.FullName, "capture.pcapng");

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_lab.IsValueCreated)
            _lab.Value.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Sends, and captures everything that arrives.</summary>
    /// <returns>What the sender says.</returns>
    private protected GenSays SendAndCapture(int packets, params string[] arguments)
    {
        // Should a packet be missing, the capture ends anyway, and the counts tell.
        using var capture = Mgcap.StartDump(
            // An XDP program at the other end would let the sender's fast way work, which each test decides for itself.
            Lab.CaptureSide, "cap0", "--engine", "packet", "-w", FilePath, "-s", "9014", "-d", "in", "-c", $"{packets}", "-a", "seconds:20");
        var says = Send(["-n", $"{packets}", .. arguments]);
        Assert.Equal(0, capture.WaitForExit().ExitCode);
        return says;
    }

    /// <summary>Sends and does not look at what arrives.</summary>
    private protected GenSays Send(params string[] arguments)
    {
        var outcome = Mgcap.Run(Lab.SenderSide, ["gen", "-i", "gen0", "--json", .. arguments]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return GenSays.Read(outcome.Output);
    }

    /// <summary>What the capture holds of each thread's packets: as many as were sent, each once and in order.</summary>
    protected void AssertEachArrivedOnce(params long[] packetsOfThreads)
    {
        var check = SequenceCheck.OfFile(FilePath);
        Assert.Equal(0, check.Foreign);
        Assert.Equal(
            packetsOfThreads.Select((packets, thread) => (thread, packets, 0L, 0L, 0L)),
            check.Threads.Select(each => (each.Thread, each.Received, each.LostOf(packetsOfThreads[each.Thread]), each.Doubled, each.OutOfOrder)));
    }

    /// <summary>What the capture holds of each thread's packets: those that were not refused, each once and in order.</summary>
    private protected void AssertNoneIsLostButRefused(GenSays says, params long[] packetsOfThreads)
    {
        var check = SequenceCheck.OfFile(FilePath);
        Assert.Equal(0, check.Foreign);
        Assert.Equal(packetsOfThreads.Select((_, thread) => (thread, 0L, 0L)), check.Threads.Select(each => (each.Thread, each.Doubled, each.OutOfOrder)));
        Assert.All(check.Threads, each => Assert.InRange(each.LostOf(packetsOfThreads[each.Thread]), 0, says.Refused));
        Assert.Equal(says.Refused, check.Threads.Sum(each => each.LostOf(packetsOfThreads[each.Thread])));
    }

    /// <summary>Fields of each captured packet as tshark reads them, with the checksums looked at.</summary>
    protected string[][] Fields(params string[] names) =>
        [.. ReferenceTools.Tshark(["-r", FilePath, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields", .. names.SelectMany(name => (string[])["-e", name])])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
}

/// <summary>The summary as JSON.</summary>
internal sealed record GenSays(string Method, string MethodReason, long Sent, long Refused, double Seconds, double PacketsPerSecond, double BitsPerSecond)
{
    internal static GenSays Read(string json) => JsonSerializer.Deserialize<GenSays>(json, JsonSerializerOptions.Web)!;
}
