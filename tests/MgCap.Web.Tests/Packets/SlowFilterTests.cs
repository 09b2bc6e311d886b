using System.Diagnostics;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>A filter's slowness is that filter's: others read and search meanwhile.</summary>
public sealed class SlowFilterTests
{
    private const int Packets = 2500;

    private static readonly string[] _slow = ["frame matches \"(.*)*zzz\"", "frame matches \"(.*.*.*.*.*)+zzz$\"", "frame matches \"(.*)*yyy\""];

    [Fact]
    public async Task SlowFilters_AreRefusedAndDelayNobodyElse()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(Packets, 1000));
        await capture.Api.GetAsync($"{capture.Address}/packets");
        var slow = _slow.Select(filter => EndAsync(capture, filter)).ToList();
        Wait.Until(() => Searches(capture).Count() == _slow.Length, "the searches to run");

        var rows = (await capture.Api.GetAsync($"{capture.Address}/packets?offset=1000&limit=1000")).As<PacketPage>();
        var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/2000")).As<PacketDetail>();
        var quick = await EndAsync(capture, "frame.number == 77");
        Assert.All(slow, search => Assert.False(search.IsCompleted, "a slow filter was not slow"));
        var ends = await Task.WhenAll(slow);
        var after = (await capture.Api.GetAsync($"{capture.Address}/packets?limit=1000")).As<PacketPage>();

        Assert.Equal((DissectorKind.Sharkd, 1000), (rows.Dissector, rows.Rows.Count));
        Assert.Equal(DissectorKind.Sharkd, packet.Dissector);
        Assert.Equal([77L], quick.As<PacketPage>().Rows.Select(row => row.Number));
        Assert.All(ends, end => Assert.Contains("packet", end.RequireProblem(422, "filter_too_slow").GetProperty("detail").GetString()!, StringComparison.Ordinal));
        Assert.Equal(DissectorKind.Sharkd, after.Dissector);
        Assert.Empty(Searches(capture));
    }

    [Fact]
    public async Task Search_WhoseClientIsGone_Ends()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(Packets, 1000));
        using var client = capture.Console.OpenClient();
        using var gone = new CancellationTokenSource();
        var request = client.GetAsync(new Uri(capture.Console.Address, $"{capture.Address}/packets?display={Uri.EscapeDataString(_slow[0])}"), gone.Token);
        Wait.Until(() => Searches(capture).Any(), "the search to run");

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Wait.Until(() => !Searches(capture).Any(), "the search of a client that is gone to end");
    }

    [Fact]
    public async Task ManyFilters_AtOnce_AllFindTheirPackets()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(Packets));

        var ends = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => EndAsync(capture, $"frame.number == {i * 100}")));

        Assert.Equal(Enumerable.Range(1, 12).Select(i => i * 100L), ends.Select(end => Assert.Single(end.As<PacketPage>().Rows).Number));
    }

    /// <summary>The last answer of a search, or the first one with matches.</summary>
    private static async Task<Answer> EndAsync(StoredCapture capture, string filter)
    {
        var cursor = "";
        while (true)
        {
            var answer = await capture.Api.GetAsync($"{capture.Address}/packets?display={Uri.EscapeDataString(filter)}{cursor}");
            if (answer.Status != System.Net.HttpStatusCode.OK || answer.As<PacketPage>() is { Next: null } or { Rows.Count: > 0 })
                return answer;
            cursor = $"&cursor={answer.As<PacketPage>().Next}";
        }
    }

    private static IEnumerable<Process> Searches(StoredCapture capture) => Process.GetProcessesByName("tshark")
        .Where(process => IsChild(process.Id, capture.Console.ProcessId));

    private static bool IsChild(int process, int parent)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat")[(File.ReadAllText($"/proc/{process}/stat").LastIndexOf(')') + 2)..].Split(' ');
            return stat[0] != "Z" && stat[1] == $"{parent}";
        }
        catch (IOException)
        {
            return false; // It has ended.
        }
    }
}
