using System.Net;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>Mirror and drop, switched while packets come, as the network behind the capture sees it.</summary>
public sealed class DropModeTests : IDisposable
{
    private const string Drop = """{"mode":"drop"}""";
    private const string ForcedDrop = """{"mode":"drop","force":true}""";
    private const string Mirror = """{"mode":"mirror"}""";

    private readonly Lazy<CaptureLab> _lab = new(() => CaptureLab.Create("drop", new VethOptions { Addresses = true, Mtu = 1500 }));

    private CaptureLab Lab => _lab.Value;

    private ConsoleApi Api => Lab.Api;

    public void Dispose()
    {
        if (_lab.IsValueCreated)
            _lab.Value.Dispose();
    }

    [RootFact]
    public async Task Switch_TakesPacketsFromTheStackAndGivesThemBack()
    {
        var capture = await Api.StartAsync(new { engine = "xdp" });
        Assert.True(IsAnswered());
        await using var live = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);

        var dropping = (await Api.TrySetModeAsync(capture.Id, Drop)).As<CaptureRecord>();

        Assert.Equal((CaptureMode.Drop, CaptureState.Running), (dropping.Mode, dropping.State));
        Assert.Equal(CaptureMode.Drop, (await Api.FindAsync(capture.Id)).Mode);
        Assert.False(IsAnswered());
        Wait.Until(() => live.Changes.Any(change => change.GetProperty("mode").GetString() == "drop"), "the hub to tell of the switch");

        var mirroring = (await Api.TrySetModeAsync(capture.Id, Mirror)).As<CaptureRecord>();

        Assert.Equal(CaptureMode.Mirror, mirroring.Mode);
        Assert.True(IsAnswered());
        Accounts.RequireAgreement(await Api.StopAsync(capture.Id), await Api.DownloadAsync(capture.Id));
    }

    [RootFact]
    public async Task Switch_LosesNoPacket()
    {
        const int Rounds = 30;
        var frames = KnownFrames.Udp(Rounds * 20);
        var capture = await Api.StartAsync(new { engine = "xdp", direction = "in" });
        using (var sender = Lab.Cable.OpenSender())
        {
            var sending = Task.Run(() =>
            {
                foreach (var part in frames.Chunk(20))
                    sender.SendAll(part);
            });
            for (var round = 0; round < Rounds; round++)
                (await Api.TrySetModeAsync(capture.Id, round % 2 == 0 ? Drop : Mirror)).As<CaptureRecord>();
            await sending;
        }

        var ended = await Api.StopAsync(capture.Id);

        Assert.Equal((frames.Count, frames.Count), ((int)ended.Statistics.Received, (int)ended.Statistics.Captured));
        var kept = CapturedPacket.ReadAll(await Api.DownloadAsync(capture.Id)).Select(packet => Frames.SequenceOfUdp4(packet.Data)).Order();
        Assert.Equal(Enumerable.Range(0, frames.Count).Select(number => (uint)number), kept);
    }

    [RootFact]
    public async Task SameMode_IsAnsweredAndNotTold()
    {
        var capture = await Api.StartAsync(new { engine = "xdp" });
        await using var live = await LiveClient.ConnectAsync(Lab.Console, messagePack: false);

        Assert.Equal(CaptureMode.Mirror, (await Api.TrySetModeAsync(capture.Id, Mirror)).As<CaptureRecord>().Mode);
        (await Api.TrySetModeAsync(capture.Id, Drop)).As<CaptureRecord>();

        Wait.Until(() => !live.Changes.IsEmpty, "the hub to tell of the switch");
        Assert.Equal(["drop"], live.Changes.Select(change => change.GetProperty("mode").GetString()));
    }

    [RootFact]
    public async Task Mode_IsKeptWhereTheConsoleDies()
    {
        var capture = await Api.StartAsync(new { engine = "xdp" });
        (await Api.TrySetModeAsync(capture.Id, Drop)).As<CaptureRecord>();
        Lab.Console.Kill();
        Lab.StartConsole();

        var recovered = await Api.FindAsync(capture.Id);

        Assert.Equal((CaptureState.Recovered, CaptureMode.Drop), (recovered.State, recovered.Mode));
        // What dropped went with its process.
        Assert.True(IsAnswered());
    }

    [RootFact]
    public async Task Start_InDropMode_DropsWhatIsReceived()
    {
        var capture = await Api.StartAsync(new { mode = "drop" });

        Assert.Equal(
            (EngineNames.Xdp, CaptureMode.Drop, CaptureDirection.In, "auto"), (capture.Engine, capture.Mode, capture.Direction, capture.EngineReason));
        Assert.False(IsAnswered());
        await Api.StopAsync(capture.Id);
        Assert.True(IsAnswered());
        (await Api.TrySetModeAsync(capture.Id, Mirror)).RequireProblem(409, "capture_not_running");
    }

    [RootFact]
    public async Task DefaultRoute_IsNotDroppedUnlessForced()
    {
        var capture = await Api.StartAsync(new { engine = "xdp" });
        Lab.Cable.CaptureSide.Ip("route", "add", "default", "via", VethLab.SenderAddress);

        foreach (var refused in (Answer[])[await Api.TrySetModeAsync(capture.Id, Drop), await Api.TryStartAsync(new { mode = "drop" })])
        {
            var detail = refused.RequireProblem(409, "drop_refused").GetProperty("detail").GetString();
            Assert.Equal(
                "The interface cap0 carries this host's default route: drop mode would cut it off. "
                + "Use mirror mode or another interface, or set force to true to drop anyway.",
                detail);
        }

        Assert.Equal(CaptureMode.Mirror, (await Api.FindAsync(capture.Id)).Mode);
        Assert.True(IsAnswered());
        Assert.Equal(CaptureMode.Drop, (await Api.TrySetModeAsync(capture.Id, ForcedDrop)).As<CaptureRecord>().Mode);
        await Api.StopAsync(capture.Id);
        Assert.Equal(CaptureMode.Drop, (await Api.StartAsync(new { mode = "drop", force = true })).Mode);
    }

    /// <summary>The engine's own message, since to insist would be useless.</summary>
    [RootFact]
    public async Task PacketEngine_CannotDropWhateverIsForced()
    {
        var capture = await Api.StartAsync(new { engine = "packet" });
        Lab.Cable.CaptureSide.Ip("route", "add", "default", "via", VethLab.SenderAddress);

        foreach (var json in (string[])[Drop, ForcedDrop])
            Assert.Contains("Packet sockets", (await Api.TrySetModeAsync(capture.Id, json)).RequireProblem(422, "mode_unsupported").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [RootFact]
    public async Task LoopbackOfALoopbackClient_IsNotDropped()
    {
        using var inside = NetworkNamespace.Create("loclient");
        using var console = ConsoleProcess.Start(new ConsoleOptions { Inside = inside, OnPort = true });
        using var api = new ConsoleApi(console);
        var capture = await api.StartAsync(new { engine = "xdp" }, nic: "lo");

        foreach (var refused in (Answer[])[await api.TrySetModeAsync(capture.Id, Drop), await api.TryStartAsync(new { mode = "drop" }, nic: "lo")])
        {
            var detail = refused.RequireProblem(409, "drop_refused").GetProperty("detail").GetString();
            Assert.StartsWith("The interface lo carries your own connection to MgCap: ", detail, StringComparison.Ordinal);
        }

        Assert.Equal(CaptureMode.Mirror, (await api.FindAsync(capture.Id)).Mode);
    }

    /// <summary>Who came by a Unix socket is not cut off.</summary>
    [RootFact]
    public async Task LoopbackOfAnotherClient_IsDropped()
    {
        var capture = await Api.StartAsync(new { engine = "xdp" }, nic: "lo");

        Assert.Equal(CaptureMode.Drop, (await Api.TrySetModeAsync(capture.Id, Drop)).As<CaptureRecord>().Mode);
    }

    [RootFact]
    public async Task SecondXdpCapture_IsBusyAndAutoFallsBack()
    {
        await Api.StartAsync(new { engine = "xdp" });

        var busy = (await Api.TryStartAsync(new { engine = "xdp" })).RequireProblem(409, "interface_busy");
        Assert.Contains("has an XDP program already", busy.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await Api.TryStartAsync(new { mode = "drop" })).RequireProblem(409, "interface_busy");
        var beside = await Api.StartAsync();

        Assert.Equal(EngineNames.Packet, beside.Engine);
        Assert.StartsWith("auto; xdp: The interface cap0 has an XDP program already", beside.EngineReason, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task InterfaceWithoutEthernet_SaysThatXdpIsNotForIt()
    {
        using var tun = new TapDevice(Lab.Cable.CaptureSide, "tun0", ip: true);

        Assert.Equal((true, ""), await XdpOnAsync("/api/interfaces/cap0"));
        Assert.Equal((true, ""), await XdpOnAsync("/api/system"));
        Assert.Equal((false, "it captures on Ethernet interfaces and loopback"), await XdpOnAsync("/api/interfaces/tun0"));
        Assert.Equal(EngineNames.Packet, (await Api.StartAsync(nic: "tun0")).Engine);
    }

    private async Task<(bool Available, string Reason)> XdpOnAsync(string path)
    {
        var answer = await Api.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var engine = answer.Json.GetProperty("engines").EnumerateArray().Single(each => each.GetProperty("name").GetString() == "xdp");
        return (engine.GetProperty("available").GetBoolean(), engine.GetProperty("reason").GetString() ?? "");
    }

    /// <summary>Whether the host behind the capture gets what is sent to it, and its answer comes back.</summary>
    private bool IsAnswered()
    {
        try
        {
            Lab.Cable.SenderSide.Exec("ping", "-n", "-c", "1", "-W", "1", VethLab.CaptureAddress);
            return true;
        }
        catch (ToolException exception) when (exception.Message.Contains("ended with 1:", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
