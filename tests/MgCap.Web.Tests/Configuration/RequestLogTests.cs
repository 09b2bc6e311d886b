using System.Text;
using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Configuration;
using MgCap.Web.Tests.Support;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace MgCap.Web.Tests.Configuration;

/// <summary>What requests leave in the log, and that they write none of its lines.</summary>
public sealed class RequestLogTests
{
    private const string Hostile = "x\u001b[2J\u001b[31m\n00:33:59 INF Capture deleted\r\u009b\u202e\u2028";

    [Fact]
    public async Task PathOfARequest_MakesNoLineOfTheLog_AndNoCommandToATerminal()
    {
        using var data = new TemporaryFolder();
        using var console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data.PathOf("data") });
        using var api = new ConsoleApi(console);

        (await api.GetAsync($"/api/interfaces/{Uri.EscapeDataString(Hostile)}")).RequireProblem(404, "interface_not_found");
        Wait.Until(() => console.Output.Contains("responded 404", StringComparison.Ordinal), "the line of the request");

        var line = Assert.Single(console.Output.Split('\n'), line => line.Contains("Capture deleted", StringComparison.Ordinal));
        Assert.Contains("HTTP GET /api/interfaces/x\\u001b[2J\\u001b[31m\\u000a00:33:59 INF Capture deleted\\u000d\\u009b\\u202e\\u2028 responded 404", Plain(line), StringComparison.Ordinal);
        console.Stop();
        var file = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(data.PathOf("data/logs"))));
        Assert.DoesNotContain(file, character => character != '\n' && (char.IsControl(character) || character is '\u202e' or '\u2028'));
        Assert.Contains(file.Split('\n', StringSplitOptions.RemoveEmptyEntries), each => JsonDocument.Parse(each).RootElement.TryGetProperty("RequestPath", out var path) && path.GetString() == $"/api/interfaces/{Hostile}");
    }

    [RootFact]
    public async Task FilterOfACapture_MakesNoLineOfTheLog()
    {
        using var lab = CaptureLab.Create("forge");
        await lab.Api.StartAsync(new { filter = "udp\n or icmp", name = "n", comment = "a\nb" });

        Wait.Until(() => lab.Console.Output.Contains("filter udp", StringComparison.Ordinal), "the line of the start");

        Assert.Contains("filter udp\\u000a or icmp", lab.Console.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", "INF", "404")]
    [InlineData("GET", "/api/captures?limit=0", "INF", "400")]
    [InlineData("PUT", "/api/system", "INF", "405")]
    [InlineData("POST", "/api/captures", "WRN", "403", "Origin", "https://evil.example")]
    [InlineData("GET", "/api/system", "INF", "400", "Host", "evil.example")]
    public async Task RefusedRequest_IsLogged(string method, string path, string level, string status, string header = "X-None", string value = "")
    {
        using var console = ConsoleProcess.Start();
        using var api = new ConsoleApi(console);

        await api.GetAsync("/api/system");
        await api.SendAsync(new HttpMethod(method), path, null, (header, value));
        Wait.Until(() => console.Output.Contains("responded", StringComparison.Ordinal), "a line");

        var line = Plain(Assert.Single(console.Output.Split('\n'), line => line.Contains("responded", StringComparison.Ordinal)));
        Assert.Contains($" {level} HTTP {method} {path.Split('?')[0]} responded {status} in ", line, StringComparison.Ordinal);
    }

    /// <summary>Values of every shape, and exceptions.</summary>
    [Fact]
    public void Event_HasVisibleTextOnly()
    {
        var sink = new Kept();
        using var log = new LoggerConfiguration().WriteTo.Sink(new VisibleEventSink(sink)).CreateLogger();

        log.Error(new InvalidOperationException($"of {Hostile}"), "{Text} {List} {@Object} {Map} {Number} {Uri} {Nothing}",
            Hostile, new[] { Hostile }, new { Inside = Hostile }, new Dictionary<string, string> { [Hostile] = Hostile }, 7, new StringBuilder(Hostile), null);
        log.Information("{Text}", new string('x', 70_000));

        Assert.Equal(2, sink.Events.Count);
        var text = sink.Events[0].RenderMessage(System.Globalization.CultureInfo.InvariantCulture);
        Assert.DoesNotContain(text, character => char.IsControl(character) || character is '\u202e' or '\u2028');
        Assert.Equal(6, text.Split("Capture deleted").Length - 1);
        Assert.Contains(" 7 ", text, StringComparison.Ordinal);
        var exception = sink.Events[0].Exception!.ToString();
        Assert.DoesNotContain('\u001b', exception);
        Assert.All(exception.Split('\n'), line => Assert.StartsWith("  ", line, StringComparison.Ordinal));
        Assert.InRange(sink.Events[1].RenderMessage(System.Globalization.CultureInfo.InvariantCulture).Length, 1000, 1100);
    }

    /// <summary>A line without the colours that the console gives it.</summary>
    private static string Plain(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9;]*m", "");

    private sealed class Kept : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }
}
