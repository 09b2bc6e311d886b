using System.Net;
using MgCap.Capture;
using MgCap.Capture.Sensors;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>One capture of several interfaces, as REST tells of it.</summary>
public sealed class SeveralInterfacesTests : IDisposable
{
    private readonly CaptureLab _lab = CaptureLab.Create("several");

    public SeveralInterfacesTests() => _lab.Cable.AddCable("gen1", "cap1");

    public void Dispose() => _lab.Dispose();

    [RootFact]
    public async Task Capture_NamesThem_IsFoundByEach_AndOutlivesOne()
    {
        var started = await StartAsync();
        Assert.Equal(("cap0, cap1", 2), (started.Interface, started.Interfaces.Count));
        Assert.Matches("-cap0-and-1-more[.]pcapng$", started.Files[0].Name);
        var other = await _lab.Api.StartAsync(nic: "cap1");
        Send();
        await _lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == 20, "packets of both");

        Assert.Equal([other.Id, started.Id], (await _lab.Api.ListAsync("?interface=cap1")).Captures.Select(record => record.Id));
        Assert.Equal([started.Id], (await _lab.Api.ListAsync("?interface=cap0")).Captures.Select(record => record.Id));
        Assert.Empty((await _lab.Api.ListAsync("?interface=cap")).Captures);

        _lab.Cable.SenderSide.Ip("link", "delete", "dev", "gen1");
        var gone = await _lab.Api.WaitAsync(started.Id, record => record.Events.Any(happened => happened.What == CaptureEventKinds.InterfaceGone), "the event");
        Assert.Equal(CaptureState.Running, gone.State);
        Assert.Equal(StopReason.InterfaceDown, (await _lab.Api.WaitForEndAsync(other.Id)).StopReason);

        var stopped = await _lab.Api.StopAsync(started.Id);
        Assert.Equal(["cap0/rx0", "cap0/tx", "cap1/rx0", "cap1/tx"], stopped.Statistics.Queues.Select(queue => queue.Name));
        var packets = CapturedPacket.ReadAll(await _lab.Api.DownloadAsync(started.Id));
        Assert.Equal(20, packets.Count);
    }

    [RootFact]
    public async Task LostCatalogue_KnowsThem()
    {
        var started = await StartAsync();
        Send();
        var stopped = await _lab.Api.StopAsync(started.Id);
        _lab.Console.Kill();
        foreach (var file in Directory.GetFiles(_lab.DataDirectory, "mgcap.db*"))
            File.Delete(file);
        _lab.StartConsole();

        var found = await _lab.Api.FindAsync(started.Id);
        Assert.Equal("cap0, cap1", found.Interface);
        Assert.Equal(stopped.Statistics.Queues.Select(queue => (queue.Name, queue.Captured)), found.Statistics.Queues.Select(queue => (queue.Name, queue.Captured)));
    }

    [RootFact]
    public async Task Any_IsEveryInterface()
    {
        var all = (await _lab.Api.GetAsync("/api/interfaces")).As<InterfaceInfo[]>(HttpStatusCode.OK);
        Assert.Equal(("any", 0, "LINUX_SLL2"), (all[^1].Name, all[^1].Index, all[^1].LinkType));
        Assert.Equal(["packet"], all[^1].Engines.Where(engine => engine.Available).Select(engine => engine.Name));

        var started = (await _lab.Api.PostAsync("/api/captures", """{"interface":"any"}""")).As<CaptureRecord>(HttpStatusCode.Created);
        Assert.Equal(("any", "packet"), (started.Interface, started.Engine));
        Send();
        await _lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == 20, "packets of both");
        await _lab.Api.StopAsync(started.Id);
        var path = Path.Combine(_lab.DataDirectory, "any.pcap");
        await File.WriteAllBytesAsync(path, (await _lab.Api.GetAsync($"/api/captures/{started.Id}/pcapng?format=pcap&filter=udp")).Body);
        var where = ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "sll.ifindex").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([10, 10], where.GroupBy(index => index).Select(group => group.Count()));
    }

    private async Task<CaptureRecord> StartAsync() =>
        (await _lab.Api.PostAsync("/api/captures", """{"interfaces":["cap0","cap1"]}""")).As<CaptureRecord>(HttpStatusCode.Created);

    /// <summary>Ten packets to each.</summary>
    private void Send()
    {
        using var first = _lab.Cable.OpenSender();
        using var second = new FrameSender(_lab.Cable.SenderSide, "gen1");
        first.SendAll(KnownFrames.Udp(10));
        second.SendAll(KnownFrames.Udp(10));
    }
}
