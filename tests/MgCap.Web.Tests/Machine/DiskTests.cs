using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Machine;

/// <summary>GET /api/system/disk</summary>
public sealed class DiskTests
{
    [DirectIoFact]
    public async Task Measurement_SaysWhatTheDiskTakesAndLeavesNothing()
    {
        using var console = new SharedConsole();
        var before = Entries(console);

        var disk = (await console.Api.GetAsync("/api/system/disk?seconds=0.5")).Json;

        Assert.Equal("direct", disk.GetProperty("fileIo").GetString());
        Assert.InRange(disk.GetProperty("seconds").GetDouble(), 0.5, 60);
        Assert.Equal(disk.GetProperty("bytes").GetInt64() / disk.GetProperty("seconds").GetDouble(), disk.GetProperty("bytesPerSecond").GetDouble(), 1);
        Assert.Equal([96, 1514], disk.GetProperty("holds").EnumerateArray().Select(rate => rate.GetProperty("capturedLength").GetInt32()));
        Assert.Equal(before, Entries(console));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("31")]
    [InlineData("NaN")]
    [InlineData("a while")]
    public async Task Seconds_ThatMakeNoSense_AreRefused(string seconds)
    {
        using var console = new SharedConsole();

        (await console.Api.GetAsync($"/api/system/disk?seconds={Uri.EscapeDataString(seconds)}")).RequireInvalid("seconds");
    }

    /// <summary>It writes: another site's page may not ask for it.</summary>
    [Fact]
    public async Task AnotherSite_IsRefused()
    {
        using var console = new SharedConsole();

        (await console.Api.GetAsync("/api/system/disk", ("Sec-Fetch-Site", "cross-site"))).RequireProblem(403, "cross_origin_refused");
    }

    [RootFact]
    public async Task WhileACaptureRuns_ItIsRefused()
    {
        using var lab = CaptureLab.Create("disk");
        var started = await lab.Api.StartAsync();

        (await lab.Api.GetAsync("/api/system/disk")).RequireProblem(409, "capture_running");

        await lab.Api.StopAsync(started.Id);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await lab.Api.GetAsync("/api/system/disk?seconds=0.1")).Status);
    }

    [Fact]
    public async Task TwoAtATime_AreOneTooMany()
    {
        using var console = new SharedConsole();

        var answers = await Task.WhenAll(console.Api.GetAsync("/api/system/disk?seconds=2"), console.Api.GetAsync("/api/system/disk?seconds=2"));

        Assert.Single(answers, answer => answer.Status == System.Net.HttpStatusCode.OK);
        answers.Single(answer => answer.Status != System.Net.HttpStatusCode.OK).RequireProblem(429, "limit_reached");
    }

    private static string[] Entries(SharedConsole console) => [.. Directory.EnumerateFileSystemEntries(Path.Combine(console.Console.DataDirectory, "captures"))];
}
