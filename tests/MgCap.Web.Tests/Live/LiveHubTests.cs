using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace MgCap.Web.Tests.Live;

public sealed class LiveHubTests : IDisposable
{
    private const int IntervalMs = 200;

    private readonly Lazy<CaptureLab> _lab = new(() => CaptureLab.Create("live", arguments: $"--MgCap:Live:SampleIntervalMs={IntervalMs}"));

    private CaptureLab Lab => _lab.Value;

    public void Dispose()
    {
        if (_lab.IsValueCreated)
            _lab.Value.Dispose();
    }

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Samples_HaveEveryFieldAndCountThePackets(bool messagePack)
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack);
        var started = await Lab.Api.StartAsync(new { filter = "udp" });
        await client.WatchAsync(started.Id.ToString());
        using (var sender = Lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);
        var expected = await Lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured > 0, "the packets");

        Wait.Until(() => client.Samples.Any(sample => Number(sample, "captured") == expected.Statistics.Captured), "a sample with the packets");
        var sample = client.Samples.First(sample => Number(sample, "captured") == expected.Statistics.Captured);

        Assert.Equal(
            [
                "at", "bitsPerSecond", "captureId", "captured", "diskBytesPerSecond", "dropped", "elapsedSeconds", "fileBytes", "filtered", "freeBytes",
                "losses", "packetsPerSecond", "queues", "received", "roomBytes", "rxDropped",
            ],
            NamesOf(sample));
        Assert.Equal(["live", "nic", "ring", "writer"], NamesOf(sample.GetProperty("dropped")));
        Assert.Superset(
            new HashSet<string>(["queue", "received", "captured", "wireBytes", "dropped", "packetsPerSecond", "bitsPerSecond", "ringFill"]),
            NamesOf(sample.GetProperty("queues")[0]).ToHashSet());
        Assert.Equal(started.Id.ToString(), sample.GetProperty("captureId").GetString());
        Assert.Equal(KnownFrames.Mixed.Count, Number(sample, "received"));
        Assert.Equal(KnownFrames.Mixed.Count - expected.Statistics.Captured, Number(sample, "filtered"));
        Assert.Equal(expected.Files[0].Bytes, Number(sample, "fileBytes"));
        Assert.True(DateTimeOffset.TryParse(sample.GetProperty("at").GetString(), out _));
        Assert.True(client.Samples.Max(each => each.GetProperty("packetsPerSecond").GetDouble()) > 0, "packets came at no rate");
    }

    [RootFact]
    public async Task Samples_HaveTheSameShapeInBothProtocols()
    {
        await using var json = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);
        await using var pack = await LiveClient.ConnectAsync(Lab.Console, messagePack: true);
        var started = await Lab.Api.StartAsync();
        await json.WatchAsync(started.Id.ToString());
        await pack.WatchAsync(started.Id.ToString());

        Wait.Until(() => !json.Samples.IsEmpty && !pack.Samples.IsEmpty, "samples");
        await Lab.Api.StopAsync(started.Id);
        Wait.Until(() => json.Changes.Any(IsStopped) && pack.Changes.Any(IsStopped), "the end");

        Assert.Equal(ShapeOf(json.Samples.First()), ShapeOf(pack.Samples.First()));
        Assert.Equal(ShapeOf(json.Changes.First(IsStopped)), ShapeOf(pack.Changes.First(IsStopped)));
        Assert.Equal(ShapeOf((await Lab.Api.GetAsync($"/api/captures/{started.Id}")).Json), ShapeOf(json.Changes.First(IsStopped)));
    }

    [RootFact]
    public async Task Samples_ComeAtTheInterval()
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);
        var started = await Lab.Api.StartAsync();
        await client.WatchAsync(started.Id.ToString());

        Wait.Until(() => client.Samples.Count >= 12, "twelve samples");
        var elapsed = client.Samples.Select(sample => sample.GetProperty("elapsedSeconds").GetDouble()).Take(12).ToArray();

        Assert.Equal(elapsed.Order(), elapsed);
        // On a busy machine one may be late; the next ones then follow in time.
        var average = (elapsed[^1] - elapsed[0]) / (elapsed.Length - 1);
        Assert.InRange(average, IntervalMs * 0.8e-3, IntervalMs * 1.5e-3);
    }

    [RootFact]
    public async Task Samples_EndWhenTheCaptureIsUnwatched()
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);
        await using var other = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);
        var started = await Lab.Api.StartAsync();
        await client.WatchAsync(started.Id.ToString());
        await other.WatchAsync(started.Id.ToString());
        Wait.Until(() => !client.Samples.IsEmpty, "a sample");

        await client.UnwatchAsync(started.Id.ToString());
        // What was on its way has come before what the other one hears two samples later.
        var before = other.Samples.Count;
        Wait.Until(() => other.Samples.Count >= before + 2, "samples for the other one");
        var heard = client.Samples.Count;
        before = other.Samples.Count;
        Wait.Until(() => other.Samples.Count >= before + 4, "more samples for the other one");

        Assert.Equal(heard, client.Samples.Count);
    }

    [RootFact]
    public async Task Samples_AreForWatchersOnly()
    {
        await using var watcher = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);
        await using var other = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);
        var watched = await Lab.Api.StartAsync();
        await Lab.Api.StartAsync();

        await watcher.WatchAsync(watched.Id.ToString());
        Wait.Until(() => watcher.Samples.Count >= 4, "samples");

        Assert.Empty(other.Samples);
        Assert.All(watcher.Samples, sample => Assert.Equal(watched.Id.ToString(), sample.GetProperty("captureId").GetString()));
    }

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_AreForEveryone(bool messagePack)
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack);

        var started = await Lab.Api.StartAsync(new { name = "first" });
        Wait.Until(() => Heard("running", "first"), "the start");
        await Lab.Api.PatchAsync(started.Id, """{"name":"second"}""");
        Wait.Until(() => Heard("running", "second"), "the new name");
        await Lab.Api.StopAsync(started.Id);
        Wait.Until(() => Heard("stopped", "second"), "the end");
        await Lab.Api.PatchAsync(started.Id, """{"name":"third"}""");
        Wait.Until(() => Heard("stopped", "third"), "the newest name");
        Assert.Empty(client.Deletions);
        await Lab.Api.DeleteAsync(started.Id);
        Wait.Until(() => !client.Deletions.IsEmpty, "the deletion");

        Assert.Equal(started.Id.ToString(), Assert.Single(client.Deletions).GetString());
        Assert.All(client.Changes, change => Assert.Equal(started.Id.ToString(), change.GetProperty("id").GetString()));

        bool Heard(string state, string name) =>
            client.Changes.Any(change => change.GetProperty("state").GetString() == state && change.GetProperty("name").GetString() == name);
    }

    [RootFact]
    public async Task Changes_TellOfACaptureThatEndsOfItself()
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);

        await Lab.Api.StartAsync(new { stop = new { seconds = 0.1 } });
        Wait.Until(() => client.Changes.Any(IsStopped), "the end");

        Assert.Equal("seconds", client.Changes.First(IsStopped).GetProperty("stopReason").GetString());
    }

    [RootTheory]
    [InlineData("0199d1a0-0000-7000-8000-000000000000", false)]
    [InlineData("0199d1a0-0000-7000-8000-000000000000", true)]
    [InlineData("not an id", false)]
    [InlineData("", true)]
    public async Task Watch_OfUnknownCapture_IsRefused(string id, bool messagePack)
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack);

        var refusal = await Assert.ThrowsAsync<HubException>(() => client.WatchAsync(id));
        await client.UnwatchAsync(id);

        Assert.Contains("capture_not_found", refusal.Message, StringComparison.Ordinal);
    }

    private static bool IsStopped(JsonElement capture) => capture.GetProperty("state").GetString() == "stopped";

    private static long Number(JsonElement sample, string name) => sample.GetProperty(name).GetInt64();

    private static IEnumerable<string> NamesOf(JsonElement value) => value.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal);

    /// <summary>Every field's path and kind.</summary>
    private static SortedSet<string> ShapeOf(JsonElement value)
    {
        var shape = new SortedSet<string>(StringComparer.Ordinal);
        Walk(value, "");
        return shape;

        void Walk(JsonElement at, string path)
        {
            shape.Add($"{path} {at.ValueKind}");
            if (at.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in at.EnumerateObject())
                    Walk(field.Value, $"{path}/{field.Name}");
            }
            else if (at.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in at.EnumerateArray())
                    Walk(item, $"{path}[]");
            }
        }
    }
}
