using System.Diagnostics;
using System.Globalization;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Helpers that crash, hang or are not there, and what they are allowed.</summary>
public sealed class SharkdFailureTests
{
    // The console sees a program by this name which does not run.
    private static readonly string[] _withoutSharkd = ["unshare", "--mount", "sh", "-c", "mount --bind /dev/null /usr/bin/sharkd && exec \"$@\"", "sh"];

    [Fact]
    public async Task Helper_ThatWasKilled_IsReplacedWithinTheRequest()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(50));
        await ReadAsync(capture);
        var first = Assert.Single(Helpers(capture));
        Tool.Run("kill", "-KILL", first.ToString(CultureInfo.InvariantCulture));

        var page = await ReadAsync(capture);

        Assert.Equal((DissectorKind.Sharkd, 50), (page.Dissector, page.Rows.Count));
        Assert.NotEqual(first, Assert.Single(Helpers(capture)));
    }

    [Fact]
    public async Task Helper_ThatHangs_IsReplacedWithinTheRequest()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(50));
        await ReadAsync(capture);
        var first = Assert.Single(Helpers(capture));
        Tool.Run("kill", "-STOP", first.ToString(CultureInfo.InvariantCulture));

        var page = await ReadAsync(capture);

        Assert.Equal((DissectorKind.Sharkd, 50), (page.Dissector, page.Rows.Count));
        Assert.DoesNotContain(first, Helpers(capture));
    }

    [Fact]
    public async Task Helper_IsThereBeforeTheFirstPacketIsAskedFor()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(50));
        Assert.Empty(Helpers(capture));

        await capture.Api.GetAsync("/capture.html");
        Wait.Until(() => Helpers(capture).Any(), "a helper to be started for the page");
        var page = await ReadAsync(capture);

        Assert.Equal(DissectorKind.Sharkd, page.Dissector);
        Assert.Single(Helpers(capture));
    }

    [RootFact]
    public async Task WithoutSharkd_TheBuiltInDissectorReads()
    {
        using var capture = StoredCapture.Of([.. KnownFrames.Mixed, HostileFrames.DnsQuery("www.example.org")], _withoutSharkd);

        var page = await ReadAsync(capture);
        var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/{KnownFrames.Mixed.Count + 1}")).As<PacketDetail>();
        var display = (await capture.Api.GetAsync($"{capture.Address}/packets?display=dns")).As<PacketPage>();

        Assert.Equal((DissectorKind.BuiltIn, KnownFrames.Mixed.Count + 1), (page.Dissector, page.Rows.Count));
        Assert.Equal("DNS", page.Rows[^1].Protocol);
        Assert.Equal(DissectorKind.BuiltIn, packet.Dissector);
        Assert.Equal(["Ethernet II", "Internet Protocol Version 4", "User Datagram Protocol", "Domain Name System"], packet.Layers.Select(layer => layer.Name));
        Assert.Equal([KnownFrames.Mixed.Count + 1], display.Rows.Select(row => row.Number));
    }

    [RootFact]
    public async Task WithoutTshark_RowsAreReadAndDisplayFiltersSayWhatIsMissing()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(50), "unshare", "--mount", "sh", "-c", "mount --bind /dev/null /usr/bin/tshark && exec \"$@\"", "sh");

        var page = await ReadAsync(capture);
        var display = await capture.Api.GetAsync($"{capture.Address}/packets?display=udp");

        Assert.Equal((DissectorKind.Sharkd, 50), (page.Dissector, page.Rows.Count));
        Assert.Contains("tshark", display.RequireProblem(422, "display_unavailable").GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task Helper_IsNobodyWithoutNetworkAndPrivileges()
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(50));
        await ReadAsync(capture);
        var helper = Assert.Single(Helpers(capture));

        var status = File.ReadAllLines($"/proc/{helper}/status").Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());
        var limits = File.ReadAllText($"/proc/{helper}/limits");

        Assert.Equal("65534\t65534\t65534\t65534", status["Uid"]);
        Assert.Equal("65534\t65534\t65534\t65534", status["Gid"]);
        Assert.Equal("", status["Groups"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.All((string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"], set => Assert.Equal("0000000000000000", status[set]));
        Assert.NotEqual(Link("/proc/self/ns/net"), Link($"/proc/{helper}/ns/net"));
        Assert.Matches(@"Max address space\s+1073741824\s+1073741824", limits);
        Assert.Matches(@"Max file size\s+0\s+0", limits);
        Assert.Matches(@"Max cpu time\s+120\s+120", limits);
        Assert.Equal(capture.DataDirectory, Path.GetDirectoryName(Path.GetDirectoryName(Link($"/proc/{helper}/cwd"))));
        Assert.DoesNotContain("LISTEN", Tool.Run("nsenter", "-t", helper.ToString(CultureInfo.InvariantCulture), "-n", "ss", "-tlnH"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helpers_EndWithTheConsole()
    {
        int helper;
        using (var capture = StoredCapture.Of(KnownFrames.Udp(50)))
        {
            await ReadAsync(capture);
            helper = Assert.Single(Helpers(capture));
            capture.Console.Kill();
            Wait.Until(() => !Directory.Exists($"/proc/{helper}"), "the helper to end after its console was killed");
            capture.StartConsole();
            Assert.False(Directory.Exists(Path.Combine(capture.DataDirectory, "dissection")), "what the helper was given is still there");
            await ReadAsync(capture);
            helper = Assert.Single(Helpers(capture));
            capture.Console.Stop();
            Wait.Until(() => !Directory.Exists($"/proc/{helper}"), "the helper to end with its console");
        }
    }

    private static async Task<PacketPage> ReadAsync(StoredCapture capture) => (await capture.Api.GetAsync($"{capture.Address}/packets?limit=1000")).As<PacketPage>();

    private static IEnumerable<int> Helpers(StoredCapture capture) => Process.GetProcessesByName("sharkd")
        .Where(process => ParentOf(process.Id) == capture.Console.ProcessId).Select(process => process.Id);

    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It has ended.
        }
    }

    private static string Link(string path) => new FileInfo(path).LinkTarget ?? path;
}
