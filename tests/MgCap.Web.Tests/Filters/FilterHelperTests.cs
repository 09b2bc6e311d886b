using System.Globalization;
using System.Net;
using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Filters;

/// <summary>Capture filters are compiled by processes that can be killed, so that no text holds the console or another request.</summary>
public sealed class FilterHelperTests
{
    private const string TooSlow = "the filter takes longer than 2 s to compile; shorten it, or use net and portrange";

    // Minutes of libpcap's time.
    private static readonly string _slow = string.Join(" or ", Enumerable.Range(1, 4000).Select(port => $"port {port}"));

    [Fact]
    public async Task SlowFilter_IsEnded_AndAnotherOneIsAnsweredMeanwhile()
    {
        using var console = new SharedConsole();
        await ValidAsync(console, "tcp port 80");
        var slow = ValidateAsync(console, _slow);
        Wait.Until(() => Helpers(console).Any(IsBusy), "the slow filter to be compiled");

        var quick = await ValidateAsync(console, "tcp port 80");
        Assert.False(slow.IsCompleted, "the slow filter was not slow");

        Assert.True(quick.GetProperty("valid").GetBoolean());
        Assert.Equal(TooSlow, (await slow).GetProperty("error").GetString());
    }

    [Fact]
    public async Task SlowFilters_WhoseClientsGoAway_LeaveNothingBehind()
    {
        using var console = new SharedConsole();
        await ValidAsync(console, "tcp port 80");
        using var gone = new CancellationTokenSource();
        using var client = console.Console.OpenClient();
        var requests = Enumerable.Range(0, 30).Select(_ => client.PostAsync(
            new Uri("/api/filters/validate", UriKind.Relative), new StringContent(Body(_slow), null, "application/json"), gone.Token)).ToArray();
        Wait.Until(() => Helpers(console).Any(IsBusy), "a filter to be compiled");

        var healthy = await console.Api.GetAsync("/healthz");
        Assert.All(requests, request => Assert.False(request.IsCompleted));
        await gone.CancelAsync();
        foreach (var request in requests)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);

        Assert.Equal(HttpStatusCode.OK, healthy.Status);
        Wait.Until(() => !Helpers(console).Any(IsBusy), TimeSpan.FromSeconds(10), "the filters of clients that are gone to end");
        await ValidAsync(console, "udp port 53");
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Helper_ThatEndsOrHangs_IsReplacedWithinTheRequest(string signal)
    {
        using var console = new SharedConsole();
        await ValidAsync(console, "tcp port 80");
        var helper = Assert.Single(Helpers(console));
        Tool.Run("kill", $"-{signal}", helper.ToString(CultureInfo.InvariantCulture));

        await ValidAsync(console, "tcp port 80");

        Assert.DoesNotContain(helper, Helpers(console));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Helpers_EndWithTheConsole_BusyOnesToo(bool killed)
    {
        using var console = new SharedConsole();
        await ValidAsync(console, "tcp port 80");
        using var client = console.Console.OpenClient();
        var slow = client.PostAsync(new Uri("/api/filters/validate", UriKind.Relative), new StringContent(Body(_slow), null, "application/json"));
        Wait.Until(() => Helpers(console).Any(IsBusy), "the slow filter to be compiled");
        var helpers = Helpers(console).ToArray();

        if (killed)
            console.Console.Kill();
        else
            console.Console.Stop();

        Wait.Until(() => !helpers.Any(id => Directory.Exists($"/proc/{id}") && State(id) != 'Z'), "the helpers to end with their console");
        await Record.ExceptionAsync(() => slow);
    }

    [RootFact]
    public async Task Helper_HasNoRights()
    {
        using var console = new SharedConsole();
        await ValidAsync(console, "vlan 5 and tcp port http");

        var status = File.ReadAllLines($"/proc/{Assert.Single(Helpers(console))}/status").Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());

        Assert.Equal("65534\t65534\t65534\t65534", status["Uid"]);
        Assert.Equal("", status["Groups"]);
        Assert.All((string[])["CapPrm", "CapEff", "CapAmb"], set => Assert.Equal("0000000000000000", status[set]));
        Assert.Equal(("1", "2"), (status["NoNewPrivs"], status["Seccomp"]));
    }

    /// <summary>Containers allow no new network namespace, and ordinary users no packet socket.</summary>
    [RootTheory]
    [InlineData("setpriv", "--bounding-set=-all,+net_raw,+net_admin,+bpf,+perfmon", "--inh-caps=-all")]
    [InlineData("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")]
    public async Task WithFewRights_FiltersAreCompiled(params string[] prefix)
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.PathOf(""), (UnixFileMode)0b111_111_111);
        using var process = ConsoleProcess.Start(new ConsoleOptions { Prefix = prefix, OnPort = true, DataDirectory = folder.PathOf("data") });
        using var api = new ConsoleApi(process);

        var answer = (await api.PostAsync("/api/filters/validate", Body("vlan 5 and tcp port http"))).Json;

        Assert.True(answer.GetProperty("valid").GetBoolean(), answer.ToString());
    }

    private static async Task ValidAsync(SharedConsole console, string filter)
    {
        var answer = await ValidateAsync(console, filter);
        Assert.True(answer.GetProperty("valid").GetBoolean(), answer.ToString());
    }

    private static async Task<JsonElement> ValidateAsync(SharedConsole console, string filter) => (await console.Api.PostAsync("/api/filters/validate", Body(filter))).Json;

    private static string Body(string filter) => JsonSerializer.Serialize(new { filter });

    private static IEnumerable<int> Helpers(SharedConsole console) => FilterProcesses.Of(console.Console.ProcessId);

    private static bool IsBusy(int id) => State(id) == 'R';

    private static char State(int id) => FilterProcesses.State(id);
}
