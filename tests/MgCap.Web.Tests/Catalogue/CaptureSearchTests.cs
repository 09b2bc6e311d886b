using System.Diagnostics;
using System.Net;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Catalogue;

/// <summary>A console with thousands of captures in its catalogue, for all tests of a class.</summary>
public sealed class CrowdedConsole : IDisposable
{
    internal const int Count = 10_000;

    private readonly TemporaryFolder _folder = new();
    private readonly ConsoleProcess _console;

    public CrowdedConsole()
    {
        var data = _folder.PathOf("data");
        Directory.CreateDirectory(data);
        ManyCaptures.Write(data, Count);
        _console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data });
        Api = new ConsoleApi(_console);
    }

    internal ConsoleApi Api { get; }

    public void Dispose()
    {
        Api.Dispose();
        _console.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Captures found by text, state and interface among thousands.</summary>
public sealed class CaptureSearchTests(CrowdedConsole crowded) : IClassFixture<CrowdedConsole>
{
    private const int Count = CrowdedConsole.Count;
    private const int Rounds = 4;

    private readonly ConsoleApi _api = crowded.Api;

    [Fact]
    public async Task Search_FindsByEveryWordInAnyField()
    {
        await RequireAsync("", Count);
        await RequireAsync("?text=capture", Count);
        await RequireAsync("?text=NEEDLE_50%25", 1);
        await RequireAsync("?text=haystack%20%20eth2", 1);
        await RequireAsync("?text=haystack%20eth0", 0);
        await RequireAsync("?text=%25", 1);
        await RequireAsync("?text=_", 1);
        await RequireAsync("?text=%5C", 0);
        await RequireAsync("?text='", 0);
        await RequireAsync("?text=port%20443", Count / 4);
        await RequireAsync("?text=capture%2000042", 1);
        await RequireAsync("?state=ended", Count);
        await RequireAsync("?state=running", 0);
        await RequireAsync("?state=failed", Count / 10);
        await RequireAsync("?state=Failed&interface=eth0&text=port", 0);
        await RequireAsync("?state=failed&interface=eth0", Enumerable.Range(0, Count).Count(number => number % 10 == 3 && number % 3 == 0));

        async Task RequireAsync(string query, int expected)
        {
            var page = await _api.ListAsync(query);
            Assert.True(expected == page.Total, $"{query}: {page.Total} instead of {expected}");
            Assert.Equal(Math.Min(expected, 100), page.Captures.Count);
        }
    }

    [Fact]
    public async Task Pages_OfASearchAreCountedOnceAndHaveNoGap()
    {
        var seen = new List<string>();
        var first = await _api.ListAsync("?text=port%20443&limit=500");
        for (var page = first; ; page = await _api.ListAsync($"?text=port%20443&limit=500&cursor={page.NextCursor}"))
        {
            Assert.Equal(page == first ? Count / 4 : null, page.Total);
            seen.AddRange(page.Captures.Select(record => record.Name));
            if (page.NextCursor is null)
                break;
        }

        Assert.Equal(Enumerable.Range(0, Count / 4).Select(number => ManyCaptures.Name(number * 4)), seen);
    }

    [Theory]
    [InlineData("?state=endless", "state")]
    [InlineData("?text=a%20b%20c%20d%20e%20f%20g%20h%20i%20j%20k", "text")]
    [InlineData("?limit=501", "limit")]
    public async Task Query_ThatBreaksTheRulesIsRefused(string query, string field)
    {
        var answer = await _api.GetAsync($"/api/captures{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains($"\"{field}\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_OfTheWholeCatalogueIsMuchQuickerThanFetchingIt()
    {
        var fetch = await TimeAsync(async () =>
        {
            var fetched = 0;
            for (var page = await _api.ListAsync("?limit=500"); ; page = await _api.ListAsync($"?limit=500&cursor={page.NextCursor}"))
            {
                fetched += page.Captures.Count;
                if (page.NextCursor is null)
                    break;
            }

            Assert.Equal(Count, fetched);
        });
        var search = await TimeAsync(async () => Assert.Single((await _api.ListAsync($"?text={Uri.EscapeDataString(ManyCaptures.Needle)}")).Captures));

        Assert.True(search < fetch / 4, $"a search takes {search.TotalMilliseconds:0.0} ms, fetching everything {fetch.TotalMilliseconds:0.0} ms");
    }

    /// <summary>The quickest of several rounds.</summary>
    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await work();
            times.Add(clock.Elapsed);
        }

        return times.Min();
    }
}
