using System.Net.Sockets;
using MgCap.Testing;
using MgCap.Web.Configuration;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Configuration;

/// <summary>How much a client may send and hold.</summary>
public sealed class ServerLimitsTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    private const int FilterBytes = 65_536;

    /// <summary>A filter that a start takes goes into a query as well, each of its bytes written in three.</summary>
    [Theory]
    [InlineData("/api/captures?text=")]
    [InlineData("/api/captures/x/pcapng?to=x&filter=")]
    public async Task QueryOfALongFilter_Arrives(string path)
    {
        var answer = await shared.Api.GetAsync(path + string.Concat(Enumerable.Repeat("%20", FilterBytes)));

        answer.RequireProblem(400, "invalid_request");
    }

    [Fact]
    public async Task LongestTarget_Arrives_AndALongerOneIsRefused()
    {
        const string start = "/api/captures?text=";
        var longest = start + new string('x', ServerLimits.MaxTargetBytes - start.Length);

        (await shared.Api.GetAsync(longest)).RequireInvalid("text");
        var problem = (await shared.Api.GetAsync(longest + "x")).RequireProblem(414, "uri_too_long");
        Assert.Contains($"{ServerLimits.MaxTargetBytes}", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await shared.Api.GetAsync($"/api/captures/{new string('x', 400_000)}")).RequireProblem(414, "uri_too_long");
    }

    [Fact]
    public async Task Headers_ThatAreTooLong_AreRefused()
    {
        (await shared.Api.GetAsync("/api/nothing", ("X-Long", new string('x', ServerLimits.MaxHeaderBytes - 1000)))).RequireProblem(404, "not_found");
        (await shared.Api.GetAsync("/api/nothing", ("X-Long", new string('x', ServerLimits.MaxHeaderBytes)))).RequireProblem(431, "headers_too_large");
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreClosed_AndOneThatEndsMakesRoom()
    {
        const int limit = 8;
        using var console = ConsoleProcess.Start(new ConsoleOptions { Arguments = [$"--MgCap:Limits:MaxConnections={limit}"] });
        using var patience = new CancellationTokenSource(Wait.Patience);
        var open = new List<Stream>();
        try
        {
            // The one that waited for the start may still be counted.
            var refused = false;
            while (!refused && open.Count <= limit)
            {
                open.Add(await console.ConnectAsync(patience.Token));
                refused = !await AnswersAsync(open[^1], patience.Token);
            }

            Assert.True(refused, $"{open.Count} connections are open");
            Assert.InRange(open.Count, limit, limit + 1);
            await open[0].DisposeAsync();
            await RetryAsync(async () =>
            {
                await using var another = await console.ConnectAsync(patience.Token);
                return await AnswersAsync(another, patience.Token);
            });
        }
        finally
        {
            open.ForEach(stream => stream.Dispose());
        }
    }

    private static async Task RetryAsync(Func<Task<bool>> attempt)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await attempt())
        {
            Assert.True(clock.Elapsed < Wait.Patience, "no room was made");
            await Task.Delay(10);
        }
    }

    private static async Task<bool> AnswersAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), cancellation);
            return await stream.ReadAsync(new byte[4096], cancellation) > 0;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }
}
