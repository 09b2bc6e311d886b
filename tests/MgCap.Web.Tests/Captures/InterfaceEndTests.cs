using MgCap.Capture.Pipeline;
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
    public Task InterfaceSwitchedOffWhileCapturing_EndsTheCaptureWithAllThatCameBefore() =>
        EndAsync("off", lab => lab.Cable.CaptureSide.Ip("link", "set", "cap0", "down"));

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
