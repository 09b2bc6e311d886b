using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>A file without packets is one that every reader takes: libpcap wants an interface in it.</summary>
public sealed class EmptyCaptureTests
{
    [RootFact]
    public async Task RunningWithoutPackets_IsReadByTcpdump()
    {
        using var lab = CaptureLab.Create("silent");
        var started = await lab.Api.StartAsync(new { filter = "udp", snaplen = 77 });

        RequireReadable(await lab.Api.DownloadAsync(started.Id), "cap0/rx0");

        // What comes later is of an interface that is described already.
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Udp(5, 100));
        await lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == 5, "packets");
        await lab.Api.StopAsync(started.Id);
        var scan = Accounts.RequireWhole(await lab.Api.DownloadAsync(started.Id));
        Assert.Equal([5L, 0L], scan.Interfaces.Select(each => each.Packets));
    }

    [RootTheory]
    [InlineData("?filter=tcp+port+1")]
    [InlineData("?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z")]
    public async Task PartWithoutPackets_IsReadByTcpdump(string query)
    {
        using var lab = CaptureLab.Create("part");
        var started = await lab.Api.StartAsync();
        using (var sender = lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Udp(5, 100));
        await lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == 5, "packets");
        using var client = lab.Console.OpenClient();

        RequireReadable(await client.GetByteArrayAsync(new Uri($"/api/captures/{started.Id}/pcapng{query}", UriKind.Relative)), "cap0/rx0");
    }

    [RootTheory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task KilledBeforeAnyPacket_IsRecoveredEmpty(int? lengthLeft)
    {
        using var lab = CaptureLab.Create("early");
        var started = await lab.Api.StartAsync(new { filter = "udp", snaplen = 77 });
        lab.Console.Kill();
        using (var file = new FileStream(Assert.Single(Directory.GetFiles(lab.FolderOf(started.Id), "*.pcapng")), FileMode.Open))
            file.SetLength(lengthLeft ?? file.Length);

        lab.StartConsole();
        var recovered = await lab.Api.FindAsync(started.Id);
        var content = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal((CaptureState.Recovered, 0L), (recovered.State, recovered.Statistics.Captured));
        Accounts.RequireAgreement(recovered, content);
        RequireReadable(content, lengthLeft is null ? "cap0/rx0" : "cap0");
        var described = Accounts.RequireWhole(content).Interfaces;
        Assert.Equal(lengthLeft is null ? 2 : 1, described.Count);
        Assert.All(described, each => Assert.Equal((77u, "udp"), (each.Description.SnapLength, each.Description.Filter)));
    }

    private static void RequireReadable(byte[] content, string interfaceName)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("capture.pcapng");
        File.WriteAllBytes(path, content);
        Assert.Equal("", ReferenceTools.Tcpdump("-nr", path));
        Assert.Equal("", ReferenceTools.Tshark("-r", path));
        Assert.Contains($"Name = {interfaceName}\n", ReferenceTools.Capinfos(path), StringComparison.Ordinal);
    }
}
