using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Catalogue;

public sealed class CaptureListTests
{
    [RootFact]
    public async Task List_IsNewestFirstAndFiltersByStateAndInterface()
    {
        using var lab = CaptureLab.Create("list");
        var first = await lab.Api.StartAsync();
        await lab.Api.StopAsync(first.Id);
        var second = await lab.Api.StartAsync(nic: "lo");
        await lab.Api.StopAsync(second.Id);
        var third = await lab.Api.StartAsync();
        var fourth = await lab.Api.StartAsync(nic: "lo");

        await RequireAsync("", fourth, third, second, first);
        await RequireAsync("?state=running", fourth, third);
        await RequireAsync("?state=stopped", second, first);
        await RequireAsync("?interface=cap0", third, first);
        await RequireAsync("?interface=lo&state=running", fourth);
        await RequireAsync("?state=failed");
        await RequireAsync("?interface=nope0");
        await RequireAsync("?limit=2", fourth, third);

        async Task RequireAsync(string query, params CaptureRecord[] expected) =>
            Assert.Equal(expected.Select(record => record.Id), (await lab.Api.ListAsync(query)).Captures.Select(record => record.Id));
    }

    [RootFact]
    public async Task List_OfRunningCaptures_HasTheirLiveStatistics()
    {
        using var lab = CaptureLab.Create("livelist");
        var started = await lab.Api.StartAsync();
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);

        await lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == KnownFrames.Mixed.Count, "the packets");

        Assert.Equal(KnownFrames.Mixed.Count, Assert.Single((await lab.Api.ListAsync()).Captures).Statistics.Captured);
    }

    [RootFact]
    public async Task Pages_HaveNoGapsAndNoDoublesWhileCapturesAreStarted()
    {
        using var lab = CaptureLab.Create("pages");
        var all = new List<Guid>();
        for (var i = 0; i < 25; i++)
            all.Insert(0, (await StartAndStopAsync(lab)).Id);

        var seen = new List<Guid>();
        var sizes = new List<int>();
        string? cursor = null;
        do
        {
            var page = await lab.Api.ListAsync(cursor is null ? "?limit=4" : $"?limit=4&cursor={Uri.EscapeDataString(cursor)}");
            seen.AddRange(page.Captures.Select(record => record.Id));
            sizes.Add(page.Captures.Count);
            cursor = page.NextCursor;
            await StartAndStopAsync(lab);
        }
        while (cursor is not null);

        Assert.Equal(all, seen);
        Assert.Equal([4, 4, 4, 4, 4, 4, 1], sizes);
    }

    [RootFact]
    public async Task LastPage_HasNoCursorWhenItIsFull()
    {
        using var lab = CaptureLab.Create("lastpage");
        for (var i = 0; i < 4; i++)
            await StartAndStopAsync(lab);

        var first = await lab.Api.ListAsync("?limit=2");
        var second = await lab.Api.ListAsync($"?limit=2&cursor={first.NextCursor}");

        Assert.Equal(2, second.Captures.Count);
        Assert.Null(second.NextCursor);
    }

    private static async Task<CaptureRecord> StartAndStopAsync(CaptureLab lab) => await lab.Api.StopAsync((await lab.Api.StartAsync()).Id);
}
