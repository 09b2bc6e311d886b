using System.Net;
using System.Net.Sockets;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Filters;

/// <summary>Names of hosts are not asked for unless that is configured; a name server would see them otherwise.</summary>
public sealed class FilterNameTests
{
    private const string NotResolved = "names are not resolved here (MgCap:Filters:ResolveNames): write the address";

    // The namespace's name server is its own loopback address.
    private const string OwnNameServer = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NameOfAHost_IsAskedForOnlyWhereConfigured(bool resolveNames)
    {
        using var lab = VethLab.Create("names");
        using var folder = new TemporaryFolder();
        var resolver = folder.PathOf("resolv.conf");
        File.WriteAllText(resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
        using var server = lab.CaptureSide.Run(() => new UdpClient(new IPEndPoint(IPAddress.Loopback, 53)));
        using var console = ConsoleProcess.Start(new ConsoleOptions
        {
            Inside = lab.CaptureSide,
            DataDirectory = folder.PathOf("data"),
            Prefix = ["unshare", "--mount", "sh", "-c", OwnNameServer, resolver],
            Arguments = [$"--MgCap:Filters:ResolveNames={resolveNames}"],
        });
        using var api = new ConsoleApi(console);
        var capture = await api.StartAsync(new { filter = "udp" });
        await api.StopAsync(capture.Id);
        const string Filter = "host www.example.org or net example";

        var check = (await api.PostAsync("/api/filters/validate", $$"""{"filter":"{{Filter}}"}""")).Json;
        var start = await api.TryStartAsync(new { filter = Filter });
        var download = await api.GetAsync($"/api/captures/{capture.Id}/pcapng?filter={Uri.EscapeDataString(Filter)}");
        var names = (await api.PostAsync("/api/filters/validate", """{"filter":"tcp port http or ether host 02:00:00:00:00:01 or ip proto \\icmp or host 10.0.0.1 or net 10.0.0.0/8"}""")).Json;

        Assert.False(check.GetProperty("valid").GetBoolean());
        Assert.True(names.GetProperty("valid").GetBoolean(), names.ToString());
        Assert.Equal(resolveNames, server.Available > 0);
        if (resolveNames)
            return;
        var error = $"unknown host 'www.example.org': {NotResolved}";
        Assert.Equal(error, check.GetProperty("error").GetString());
        Assert.Equal(error, start.RequireProblem(422, "filter_invalid").GetProperty("detail").GetString());
        Assert.Equal(error, download.RequireProblem(422, "filter_invalid").GetProperty("detail").GetString());
    }
}
