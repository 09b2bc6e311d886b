using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>Interfaces that are down, go down, or go away.</summary>
public sealed class InterfaceEndTests
{
    [RootFact]
    public async Task Start_OnInterfaceThatIsDown_IsRefused()
    {
        using var lab = CaptureLab.Create("down");
        lab.Cable.CaptureSide.Ip("link", "set", "cap0", "down");

        var answer = await lab.Api.TryStartAsync();

        Assert.Contains("cap0", answer.RequireProblem(409, "interface_down").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [RootFact]
    public Task InterfaceDeletedWhileCapturing_EndsTheCaptureWithAllThatCameBefore() => EndAsync("deleted", lab => lab.Cable.DeleteCable());

    [RootFact]
    public Task InterfaceMovedWhileCapturing_EndsTheCaptureWithAllThatCameBefore() =>
        EndAsync("moved", lab => lab.Cable.CaptureSide.Ip("link", "set", "cap0", "netns", lab.Cable.SenderSide.Name));

    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InterfaceDownAndUp_IsToldOfAndKept(bool messagePack)
    {
        using var lab = CaptureLab.Create("downup");
        await using var client = await LiveClient.ConnectAsync(lab.Console, messagePack);
        var started = await lab.Api.StartAsync();
        Assert.Empty(started.Events);
        lab.Cable.CaptureSide.Ip("link", "set", "cap0", "down");
        await lab.Api.WaitAsync(started.Id, record => record.Events.Count == 1, "the interface to be down");
        lab.Cable.CaptureSide.Ip("link", "set", "cap0", "up");
        lab.Cable.WaitForCarrier();
        var frames = KnownFrames.Udp(50);
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(frames);
        await lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == frames.Count, "packets after that");

        Wait.Until(() => client.Events.Count == 2, "both events at the hub");
        Assert.All(client.Events, told => Assert.Equal(started.Id.ToString(), told[0].GetString()));
        Assert.Equal(["interface_down", "interface_up"], client.Events.Select(told => told[1].GetProperty("what").GetString()));
        var stopped = await lab.Api.StopAsync(started.Id);
        Assert.Equal((StopReason.User, 2), (stopped.StopReason, stopped.Events.Count));
        Assert.Equal(client.Events.Select(told => told[1].GetProperty("at").GetString()), stopped.Events.Select(happened => happened.At.ToString()));
        lab.Console.Stop();
        lab.StartConsole();
        Assert.Equal(stopped.Events, (await lab.Api.FindAsync(started.Id)).Events);
    }

    /// <summary>A console that dies has kept what happened.</summary>
    [RootFact]
    public async Task EventsOfARecoveredCapture_AreThere()
    {
        using var lab = CaptureLab.Create("diedup");
        await using var client = await LiveClient.ConnectAsync(lab.Console, messagePack: false);
        var started = await lab.Api.StartAsync();
        lab.Cable.CaptureSide.Ip("link", "set", "cap0", "down");
        // It is kept before anyone is told.
        Wait.Until(() => client.Events.Count == 1, "the event");
        lab.Console.Kill();
        lab.StartConsole();
        var recovered = await lab.Api.FindAsync(started.Id);
        Assert.Equal(CaptureState.Recovered, recovered.State);
        Assert.Equal(["interface_down"], recovered.Events.Select(happened => happened.What));
    }

    /// <summary>The end is told when it is an event's turn to be saved, too.</summary>
    [RootFact]
    public async Task EndsOfManyCaptures_AreTold()
    {
        const int Rounds = 5, Cables = 6;
        using var lab = CaptureLab.Create("manyends");
        await using var client = await LiveClient.ConnectAsync(lab.Console, messagePack: false);
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < Cables; i++)
            {
                lab.Cable.CaptureSide.Ip("link", "add", $"end{i}", "type", "veth", "peer", "name", $"far{i}");
                lab.Cable.CaptureSide.Ip("link", "set", $"end{i}", "up");
                await lab.Api.StartAsync(new { engine = "packet" }, nic: $"end{i}");
            }

            for (var i = 0; i < Cables; i++)
                lab.Cable.CaptureSide.Ip("link", "delete", $"end{i}");
            var expected = round * Cables;
            Wait.Until(() => client.Changes.Count(change => change.GetProperty("state").GetString() == "stopped") >= expected, $"{expected} captures to be told as stopped");
        }
    }

    [RootFact]
    public async Task InterfaceOfSeveralQueuesDeletedWhileCapturing_EndsTheCaptureWithAllThatCameBefore() =>
        await EndAsync("deleted2", lab => lab.Cable.DeleteCable(), new VethOptions { Queues = 2 });

    private static async Task EndAsync(string hint, Action<CaptureLab> end, VethOptions? cable = null)
    {
        using var lab = CaptureLab.Create(hint, cable);
        var frames = KnownFrames.Udp(50);
        var started = await lab.Api.StartAsync();

        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(frames);
        end(lab);
        var ended = await lab.Api.WaitForEndAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal((CaptureState.Stopped, StopReason.InterfaceDown, null), (ended.State, ended.StopReason, ended.Error));
        Accounts.RequireAgreement(ended, file);
        Accounts.RequireSameStatistics(ended, file);
        Assert.Equal(frames.Select(frame => KnownFrames.Cut(frame)), CapturedPacket.ReadAll(file).Select(packet => packet.Data));
        (await lab.Api.GetAsync("/api/interfaces")).As<object>();
    }
}
