using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

public sealed class StopConditionTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private readonly Lazy<CaptureLab> _lab = new(() => shared.Lab);

    private ConsoleApi Api => _lab.Value.Api;

    [RootFact]
    public async Task Packets_EndTheCaptureAtExactlyThatMany()
    {
        var started = await Api.StartAsync(new { stop = new { packets = 10 } });

        Send(KnownFrames.Udp(25));
        var ended = await Api.WaitForEndAsync(started.Id);
        var file = await Api.DownloadAsync(started.Id);

        RequireEnd(ended, file, StopReason.Packets);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (uint)i), CapturedPacket.ReadAll(file).Select(packet => Frames.SequenceOfUdp4(packet.Data)));
    }

    [RootFact]
    public async Task Packets_AreCountedAfterTheFilter()
    {
        var started = await Api.StartAsync(new { filter = "tcp", stop = new { packets = 3 } });

        Send(KnownFrames.Udp(20));
        Send([.. Enumerable.Range(0, 5).Select(i => Frames.Tcp4(new Flow(), 100, (uint)i))]);
        var ended = await Api.WaitForEndAsync(started.Id);

        RequireEnd(ended, await Api.DownloadAsync(started.Id), StopReason.Packets);
        Assert.Equal(3, ended.Statistics.Captured);
        Assert.Equal(20, ended.Statistics.Filtered);
    }

    [RootFact]
    public async Task Bytes_EndTheCaptureWithThePacketThatReachesThem()
    {
        var started = await Api.StartAsync(new { snaplen = 96, stop = new { bytes = 1000 } });

        Send(KnownFrames.Udp(25));
        var ended = await Api.WaitForEndAsync(started.Id);

        RequireEnd(ended, await Api.DownloadAsync(started.Id), StopReason.Bytes);
        // 10 packets have 960 bytes.
        Assert.Equal(11, ended.Statistics.Captured);
        Assert.Equal(11 * 96, ended.Statistics.CapturedBytes);
    }

    [RootFact]
    public async Task Seconds_EndTheCaptureWithoutTraffic()
    {
        var started = await Api.StartAsync(new { stop = new { seconds = 0.7 } });

        var ended = await Api.WaitForEndAsync(started.Id);

        var file = await Api.DownloadAsync(started.Id);
        RequireEnd(ended, file, StopReason.Seconds);
        Assert.Equal(0, ended.Statistics.Captured);
        Assert.Equal(["cap0/rx0", "cap0/tx"], Accounts.RequireWhole(file).Interfaces.Select(each => each.Description.Name));
        Assert.InRange(LengthOf(ended).TotalSeconds, 0.7, 5);
    }

    [RootFact]
    public async Task StopsAtOnce_AnswerTheSame()
    {
        // Some of them come when the capture has ended and is not in the catalogue yet.
        for (var i = 0; i < 20; i++)
            await StopAtOnceAsync();
    }

    [RootFact]
    public async Task Stop_AfterAnotherReason_KeepsThatReason()
    {
        var started = await Api.StartAsync(new { stop = new { packets = 1 } });
        Send(KnownFrames.Udp(2));
        await Api.WaitForEndAsync(started.Id);

        var stopped = await Api.StopAsync(started.Id);

        Assert.Equal(StopReason.Packets, stopped.StopReason);
    }

    [RootFact]
    public async Task CapturesAtOnce_DoNotDisturbEachOther()
    {
        using var loopback = new FrameSender(_lab.Value.Cable.CaptureSide, "lo");
        var short1 = await Api.StartAsync(new { snaplen = 64, stop = new { packets = 5 } });
        var filtered = await Api.StartAsync(new { snaplen = 200, filter = "tcp" });
        var whole = await Api.StartAsync(new { snaplen = 9014 });
        var local = await Api.StartAsync(nic: "lo");

        Send(KnownFrames.Udp(30, 150));
        Send([Frames.Tcp4(new Flow(), 150)]);
        loopback.SendAll(KnownFrames.Udp(12, 70));
        await Api.WaitForEndAsync(short1.Id);

        await RequireAsync(short1, 5, 64);
        await RequireAsync(filtered, 1, 150);
        await RequireAsync(whole, 31, 150);
        await RequireAsync(local, 12, 70);
    }

    private async Task StopAtOnceAsync()
    {
        var started = await Api.StartAsync();
        Send(KnownFrames.Udp(5));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Api.SendAsync(HttpMethod.Post, $"/api/captures/{started.Id}/stop")));
        var later = await Api.SendAsync(HttpMethod.Post, $"/api/captures/{started.Id}/stop");

        var stopped = later.As<CaptureRecord>();
        Assert.Equal((CaptureState.Stopped, StopReason.User, 5L), (stopped.State, stopped.StopReason, stopped.Statistics.Captured));
        Assert.All(answers, answer => Assert.Equal(later.Text, answer.Text));
        Assert.Equal(later.Text, (await Api.GetAsync($"/api/captures/{started.Id}")).Text);
    }

    private async Task RequireAsync(CaptureRecord started, int packets, int length)
    {
        var stopped = await Api.StopAsync(started.Id);
        var file = await Api.DownloadAsync(started.Id);
        Accounts.RequireAgreement(stopped, file);
        Assert.Equal(Enumerable.Repeat(length, packets), CapturedPacket.ReadAll(file).Select(packet => packet.Data.Length));
    }

    private static void RequireEnd(CaptureRecord ended, byte[] file, StopReason reason)
    {
        Assert.Equal((CaptureState.Stopped, reason, null), (ended.State, ended.StopReason, ended.Error));
        Accounts.RequireAgreement(ended, file);
        Accounts.RequireSameStatistics(ended, file);
    }

    private static TimeSpan LengthOf(CaptureRecord ended) => ended.StoppedAt!.Value.ToDateTimeOffset() - ended.StartedAt.ToDateTimeOffset();

    private void Send(IReadOnlyList<byte[]> frames)
    {
        using var sender = _lab.Value.Cable.OpenSender();
        sender.SendAll(frames);
    }
}
