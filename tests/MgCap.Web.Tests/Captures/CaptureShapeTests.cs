using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>The names that clients depend on, as the contract has them.</summary>
public sealed class CaptureShapeTests(SharedLab shared) : IClassFixture<SharedLab>
{
    [RootFact]
    public async Task Capture_HasEveryFieldWithItsDefault()
    {
        var engines = (await shared.Lab.Api.GetAsync("/api/interfaces/cap0")).Json.GetProperty("engines").EnumerateArray();
        var fastest = engines.First(engine => engine.GetProperty("available").GetBoolean()).GetProperty("name").GetRawText();
        var answer = await shared.Lab.Api.TryStartAsync();
        var id = answer.Json.GetProperty("id").GetString();
        using (var sender = shared.Lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);
        var capture = (await shared.Lab.Api.SendAsync(HttpMethod.Post, $"/api/captures/{id}/stop")).Json;

        var expected = new Dictionary<string, string>
        {
            ["name"] = "\"\"",
            ["comment"] = "\"\"",
            ["interface"] = "\"cap0\"",
            ["interfaces"] = "[\"cap0\"]",
            ["engine"] = fastest,
            ["mode"] = "\"mirror\"",
            ["direction"] = "\"both\"",
            ["snaplen"] = "96",
            ["filter"] = "null",
            ["hwtstamp"] = "false",
            ["timestampSource"] = "\"software\"",
            ["clock"] = "null",
            ["state"] = "\"stopped\"",
            ["stopReason"] = "\"user\"",
            ["error"] = "null",
        };
        Assert.Equal(expected, expected.Keys.ToDictionary(name => name, name => capture.GetProperty(name).GetRawText()));
        Require(capture, "engineDetail", "engineReason", "fileIo", "startedAt", "stoppedAt", "files", "statistics");
        Require(capture.GetProperty("files")[0], "name", "bytes", "packets", "firstPacketAt", "lastPacketAt");
        var statistics = capture.GetProperty("statistics");
        Require(statistics, "received", "filtered", "captured", "capturedBytes", "wireBytes", "softwareStamped", "dropped", "rxDropped", "packetsPerSecond", "bitsPerSecond", "queues");
        Require(statistics.GetProperty("dropped"), "nic", "ring", "writer");
        Require(statistics.GetProperty("queues")[0], "queue", "received", "captured", "wireBytes", "softwareStamped", "dropped", "packetsPerSecond", "bitsPerSecond", "ringFill");
        foreach (var name in (string[])["startedAt", "stoppedAt"])
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$", capture.GetProperty(name).GetString());
    }

    [RootFact]
    public async Task Interface_HasEveryField()
    {
        var found = (await shared.Lab.Api.GetAsync("/api/interfaces/cap0")).Json;
        var all = (await shared.Lab.Api.GetAsync("/api/interfaces")).Json;

        Require(found, "name", "index", "mac", "mtu", "up", "speedMbps", "driver", "rxQueues", "linkType", "engines", "hwtstamp");
        Assert.Equal(["any", "cap0", "lo"], all.EnumerateArray().Select(each => each.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("02:00:00:00:00:02", found.GetProperty("mac").GetString());
        Assert.Equal((9000, 1), (found.GetProperty("mtu").GetInt32(), found.GetProperty("rxQueues").GetInt32()));
        Assert.Equal("veth", found.GetProperty("driver").GetString());
        Assert.True(found.GetProperty("up").GetBoolean());
        var engine = Assert.Single(found.GetProperty("engines").EnumerateArray(), engine => engine.GetProperty("name").GetString() == "packet");
        Assert.True(engine.GetProperty("available").GetBoolean());
    }

    [RootFact]
    public async Task System_HasEveryField()
    {
        var system = (await shared.Lab.Api.GetAsync("/api/system")).Json;

        Require(system, "version", "kernel", "engines", "freeBytes", "clock");
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim(), system.GetProperty("kernel").GetString());
        Assert.True(system.GetProperty("freeBytes").GetInt64() > 0);
        var names = system.GetProperty("engines").EnumerateArray().Select(engine => engine.GetProperty("name").GetString());
        Assert.Equal(["kmod", "packet", "xdp"], names.Order(StringComparer.Ordinal));
        Assert.All(system.GetProperty("engines").EnumerateArray(), engine => Require(engine, "name", "available", "reason"));
    }

    [RootFact]
    public async Task Mode_OfPacketEngine_StaysMirror()
    {
        var api = shared.Lab.Api;
        var started = await api.StartAsync(new { engine = "packet" });

        var same = await SetAsync("""{"mode":"mirror"}""");
        Assert.Equal("mirror", same.Json.GetProperty("mode").GetString());
        (await SetAsync("""{"mode":"drop"}""")).RequireProblem(422, "mode_unsupported");
        (await SetAsync("""{"mode":"drop","force":true}""")).RequireProblem(422, "mode_unsupported");
        (await SetAsync("""{}""")).RequireInvalid("mode");
        (await SetAsync("""{"mode":"both"}""")).RequireInvalid("mode");
        (await SetAsync("""{"mode":"mirror","now":true}""")).RequireInvalid("now");
        await api.StopAsync(started.Id);
        (await SetAsync("""{"mode":"mirror"}""")).RequireProblem(409, "capture_not_running");

        Task<Answer> SetAsync(string json) => api.TrySetModeAsync(started.Id, json);
    }

    private static void Require(JsonElement value, params string[] names) =>
        Assert.Subset(value.EnumerateObject().Select(field => field.Name).ToHashSet(), names.ToHashSet());
}
