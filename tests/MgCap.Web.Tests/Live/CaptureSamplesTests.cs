using System.Diagnostics;
using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.History;
using MgCap.Web.Live;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Live;

/// <summary>What a page gets that comes in the middle of a capture.</summary>
public sealed class CaptureSamplesTests : IDisposable
{
    private const int IntervalMs = 400;
    private const int Length = 9000;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly Lazy<CaptureLab> _lab = new(() => CaptureLab.Create("samples", arguments: $"--MgCap:Live:SampleIntervalMs={IntervalMs}"));

    private CaptureLab Lab => _lab.Value;

    public void Dispose()
    {
        if (_lab.IsValueCreated)
            _lab.Value.Dispose();
    }

    [RootFact]
    public async Task Samples_AreThoseThatTheHubSent()
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);
        var started = await Lab.Api.StartAsync();
        await client.WatchAsync(started.Id.ToString());
        Wait.Until(() => client.Samples.Count >= 4, "samples");

        var kept = (await Lab.Api.GetAsync($"/api/captures/{started.Id}/samples")).Json.GetProperty("samples").EnumerateArray().ToDictionary(AtOf);

        // What the history left out came too close to the one before.
        var both = client.Samples.Where(sample => kept.ContainsKey(AtOf(sample))).ToArray();
        Assert.InRange(both.Length, 2, int.MaxValue);
        Assert.All(both, sample => Assert.Equal(sample.GetRawText(), kept[AtOf(sample)].GetRawText()));
    }

    [RootFact]
    public async Task Since_GivesOnlyWhatCameAfter()
    {
        var started = await Lab.Api.StartAsync();
        var last = (await WaitAsync(Lab, started.Id, answer => answer.Samples.Count >= 2)).Samples[^1].At;

        var later = await WaitAsync(Lab, started.Id, answer => answer.Samples.Count >= 1, $"?since={last}");

        Assert.All(later.Samples, sample => Assert.True(sample.At > last));
    }

    [RootFact]
    public async Task Loss_IsToldWithItsTimeAndAddsUpToTheCounter()
    {
        await using var client = await LiveClient.ConnectAsync(Lab.Console, messagePack: true);
        var started = await Lab.Api.StartAsync(new { snaplen = Length });
        await client.WatchAsync(started.Id.ToString());
        Wait.Until(() => !client.Samples.IsEmpty, "a sample");
        using (Stopped.Process(Lab.Console.ProcessId))
        {
            using var sender = Lab.Cable.OpenSender();
            // More than the ring of 64 MiB holds.
            sender.SendAll(Enumerable.Repeat(KnownFrames.Udp(100, Length), 120).SelectMany(frames => frames));
        }

        Wait.Until(() => client.Samples.Any(sample => sample.GetProperty("received").GetInt64() == 12_000), "the sample that counts all");
        var answer = (await Lab.Api.GetAsync($"/api/captures/{started.Id}/samples")).As<CaptureSamples>();
        var loss = Assert.Single(answer.Losses);
        var counted = (await Lab.Api.FindAsync(started.Id)).Statistics.Dropped.Ring;

        Assert.Equal(LossStage.Ring, loss.Stage);
        Assert.InRange(counted, 1, 12_000);
        Assert.Equal(counted, loss.Packets);
        Assert.True(loss.FromSeconds < loss.ToSeconds && loss.ToSeconds <= answer.Samples[^1].ElapsedSeconds + 1, loss.ToString());
        // A client that listened has heard the same.
        var heard = client.Samples.SelectMany(sample => sample.GetProperty("losses").EnumerateArray()).Last();
        Assert.Equal("ring", heard.GetProperty("stage").GetString());
        Assert.Equal(counted, heard.GetProperty("packets").GetInt64());
    }

    [RootFact]
    public async Task Disk_IsToldOfWithWhatTheFilesGrewBy()
    {
        using var disk = new Tmpfs(64);
        const long kept = 8 * 1024 * 1024;
        using var lab = CaptureLab.Create("disk", data: disk.FullName, arguments: $"--MgCap:Retention:MinFreeBytes={kept}");
        var started = await lab.Api.StartAsync(new { snaplen = Length });
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Udp(1000, Length));
        await lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == 1000, "the packets");

        var answer = await WaitAsync(lab, started.Id, answer => answer.Samples.Count >= 2 && answer.Samples[^1].Captured == 1000);

        Assert.All(answer.Samples, sample => Assert.Equal(Math.Max(sample.FreeBytes - kept, 0), sample.RoomBytes));
        Assert.InRange(answer.Samples[^1].FreeBytes, 1, 64 * 1024 * 1024);
        Assert.Contains(answer.Samples, sample => sample.DiskBytesPerSecond > Length);
    }

    [RootFact]
    public async Task EndedCapture_HasNone()
    {
        var started = await Lab.Api.StartAsync();
        await Lab.Api.StopAsync(started.Id);

        (await Lab.Api.GetAsync($"/api/captures/{started.Id}/samples")).RequireProblem(409, "capture_not_running");
    }

    [RootTheory]
    [InlineData("yesterday")]
    [InlineData("2026-11-22")]
    [InlineData("1700000000")]
    public async Task Since_ThatIsNoTime_IsRefused(string since)
    {
        var started = await Lab.Api.StartAsync();

        (await Lab.Api.GetAsync($"/api/captures/{started.Id}/samples?since={since}")).RequireInvalid("since");
    }

    [RootTheory]
    [InlineData("0199d1a0-0000-7000-8000-000000000000")]
    [InlineData("nothing")]
    public async Task UnknownCapture_IsNotFound(string id) =>
        (await Lab.Api.GetAsync($"/api/captures/{id}/samples")).RequireProblem(404, "capture_not_found");

    private static async Task<CaptureSamples> WaitAsync(CaptureLab lab, Guid id, Func<CaptureSamples, bool> wanted, string query = "")
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = (await lab.Api.GetAsync($"/api/captures/{id}/samples{query}")).As<CaptureSamples>();
            if (wanted(answer))
                return answer;
            if (clock.Elapsed > Wait.Patience)
                throw new TimeoutException($"waited for samples; there are {answer.Samples.Count}");
            await Task.Delay(_pause);
        }
    }

    private static string AtOf(JsonElement sample) => sample.GetProperty("at").GetString()!;
}
