using System.Globalization;
using System.Net;
using MgCap.Capture;
using MgCap.Capture.Storage;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Dissection;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>A capture of several files is one capture, however it is read; judged by mergecap, tshark and editcap.</summary>
public sealed class SeveralFilesTests
{
    private const int PacketsOfAFile = 4_000;

    private static readonly string[] _names = ["20261122T120000Z-eth0.pcapng", "20261122T120100Z-eth0.pcapng", "20261122T120200Z-eth0.pcapng"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_AreReadAsOneCapture(bool compressed)
    {
        using var folder = new TemporaryFolder();
        var merged = folder.PathOf("merged.pcapng");
        using var capture = StoredCapture.WrittenBy(path =>
        {
            WriteFiles(path, torn: false);
            Tool.Run("mergecap", ["-a", "-w", merged, .. PathsOf(path)]);
            foreach (var each in compressed ? PathsOf(path) : [])
                CompressedFile.Make(new StoredFile(each, new FileInfo(each).Length));
        });
        var truth = Told(merged);

        var record = await capture.Api.FindAsync(capture.Id);
        Assert.Equal(_names, record.Files.Select(file => file.Name));
        Assert.All(record.Files, file => Assert.Equal(PacketsOfAFile, file.Packets));
        Assert.All(record.Files, file => Assert.Equal(compressed, file.StoredBytes < file.Bytes));
        Assert.Equal(compressed ? CaptureCompression.Zstd : CaptureCompression.None, record.Compression);
        Assert.Equal(truth.Length, record.Statistics.Captured);

        var download = folder.PathOf("download.pcapng");
        var body = await capture.Api.DownloadAsync(capture.Id);
        await File.WriteAllBytesAsync(download, body);
        Assert.Equal(truth, Told(download));
        Assert.Equal(2, Accounts.RequireWhole(body).Interfaces.Count);

        // Across the end of the first file.
        var from = record.Files[0].Bytes - 100;
        var range = await capture.Api.GetAsync($"{capture.Address}/pcapng", ("Range", $"bytes={from}-{from + 499}"));
        Assert.Equal(HttpStatusCode.PartialContent, range.Status);
        Assert.Equal(body[(int)from..(int)(from + 500)], range.Body);

        // Rows about the first file's end, by number and by time.
        var rows = (await capture.Api.GetAsync($"{capture.Address}/packets?offset={PacketsOfAFile - 3}&limit=6")).As<PacketPage>();
        Assert.Equal((truth.Length, DissectorKind.Sharkd), ((int)rows.Total!.Value, rows.Dissector));
        Assert.Equal(truth[(PacketsOfAFile - 3)..(PacketsOfAFile + 3)], rows.Rows.Select(row => $"{row.Number}\t{Seconds(row.Time!.Value)}\t{row.Length}"));
        var time = rows.Rows[4].Time!.Value;
        Assert.Equal(rows.Rows[4], (await capture.Api.GetAsync($"{capture.Address}/packets?at={time}&limit=1")).As<PacketPage>().Rows.Single());
        var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/{PacketsOfAFile + 2}")).As<PacketDetail>();
        Assert.Equal(time, packet.Time);

        foreach (var filter in (string[])["tcp.stream == 3", "udp && frame.len > 200", "frame.number == 8001"])
            Assert.Equal(Numbers(download, filter), await SearchAsync(capture, filter));

        var (start, end) = (rows.Rows[0].Time!.Value, new Timestamp(time.Nanoseconds + 5_000_000_000));
        var (cut, part) = (folder.PathOf("cut.pcapng"), folder.PathOf("part.pcapng"));
        Tool.Run("env", "TZ=UTC", "editcap", "-A", $"{start}", "-B", $"{end}", download, cut);
        await File.WriteAllBytesAsync(part, (await capture.Api.GetAsync($"{capture.Address}/pcapng?from={start}&to={end}")).Body);
        Assert.Equal(Told(cut), Told(part));

        var points = (await capture.Api.GetAsync($"{capture.Address}/timeline?points=50")).As<CaptureTimeline>().Points;
        Assert.Equal(truth.Length, points.Sum(point => point.Packets));
        Assert.All(points, point => Assert.True(point.Packets > 0, $"nothing at {point.At}"));
        Assert.Equal(truth.Length, (await capture.SummaryAsync()).Packets);
    }

    /// <summary>The one that broke off is the last; the others are not touched.</summary>
    [Fact]
    public async Task Recovery_MendsTheLastFileAndKeepsTheOthers()
    {
        var before = new List<byte[]>();
        using var capture = StoredCapture.WrittenBy(path =>
        {
            WriteFiles(path, torn: true);
            before.AddRange(_names.Select(name => File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, name))));
        });

        var record = await capture.Api.FindAsync(capture.Id);

        Assert.Equal((CaptureState.Recovered, 3), (record.State, record.Files.Count));
        Assert.Equal([PacketsOfAFile, PacketsOfAFile, PacketsOfAFile - 1], record.Files.Select(file => file.Packets));
        Assert.Equal(record.Files.Sum(file => file.Packets), record.Statistics.Captured);
        Assert.Equal(record.Statistics.Captured, record.Statistics.Queues.Sum(queue => queue.Captured));
        var after = PathsOf(capture).Select(File.ReadAllBytes).ToArray();
        Assert.Equal(before.Take(2), after.Take(2));
        Assert.Equal(before[2][..after[2].Length], after[2]);
        Assert.Equal(record.Statistics.Captured, Accounts.RequireWhole(await capture.Api.DownloadAsync(capture.Id)).Packets);
    }

    /// <summary>A file whose head differs, as after recovery of a file without one, starts a new section.</summary>
    [Fact]
    public async Task FileWithAnotherHead_BeginsASection()
    {
        using var capture = StoredCapture.WrittenBy(path =>
        {
            WriteFiles(path, torn: false);
            StoredCapture.Write(Path.Combine(Path.GetDirectoryName(path)!, _names[1]), PacketsOf(1), interfaces: 3);
        });
        using var folder = new TemporaryFolder();
        var download = folder.PathOf("download.pcapng");
        await File.WriteAllBytesAsync(download, await capture.Api.DownloadAsync(capture.Id));

        Assert.Equal(3 * PacketsOfAFile, Told(download).Length);
        foreach (var number in (int[])[1, PacketsOfAFile, PacketsOfAFile + 3, 2 * PacketsOfAFile, (2 * PacketsOfAFile) + 2, 3 * PacketsOfAFile])
        {
            var name = ReferenceTools.Tshark("-r", download, "-Y", $"frame.number == {number}", "-T", "fields", "-e", "frame.interface_name").Trim();
            var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/{number}")).As<PacketDetail>();
            Assert.Equal(name, packet.Interface);
        }

        var part = Accounts.RequireWhole((await capture.Api.GetAsync($"{capture.Address}/pcapng?filter=udp")).Body);
        Assert.Equal(ReferenceTools.Tcpdump("-r", download, "-n", "-t", "udp").Split('\n').Count(line => line.StartsWith("IP", StringComparison.Ordinal)), part.Packets);
    }

    /// <summary>A file that someone has removed takes its own packets with it, and no others.</summary>
    [Fact]
    public async Task FileThatIsGone_LeavesTheOthersReadable()
    {
        using var capture = StoredCapture.WrittenBy(path => WriteFiles(path, torn: false));
        File.Delete(PathsOf(capture)[1]);

        Assert.Equal(2 * PacketsOfAFile, Accounts.RequireWhole(await capture.Api.DownloadAsync(capture.Id)).Packets);
        Assert.Equal(2 * PacketsOfAFile, (await capture.Api.GetAsync($"{capture.Address}/packets?limit=1")).As<PacketPage>().Total);
    }

    private static void WriteFiles(string first, bool torn)
    {
        for (var i = 0; i < _names.Length; i++)
            StoredCapture.Write(Path.Combine(Path.GetDirectoryName(first)!, _names[i]), PacketsOf(i));
        if (!torn)
            return;
        using var last = new FileStream(Path.Combine(Path.GetDirectoryName(first)!, _names[^1]), FileMode.Open);
        last.SetLength(last.Length - 7);
    }

    private static IEnumerable<(Timestamp Time, byte[] Frame)> PacketsOf(int file) => TrafficMix.Of(1, 3 * PacketsOfAFile).Skip(file * PacketsOfAFile).Take(PacketsOfAFile);

    private static string[] PathsOf(StoredCapture capture) => PathsOf(capture.FilePath);

    private static string[] PathsOf(string first) => [.. _names.Select(name => Path.Combine(Path.GetDirectoryName(first)!, name))];

    private static string[] Told(string path) => ReferenceTools.Tshark("-r", path, "-T", "fields", "-e", "frame.number", "-e", "frame.time_epoch", "-e", "frame.len")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Seconds(Timestamp time) => string.Create(CultureInfo.InvariantCulture, $"{time.Nanoseconds / 1_000_000_000}.{time.Nanoseconds % 1_000_000_000:000000000}");

    private static long[] Numbers(string path, string filter) => [.. ReferenceTools.Tshark("-r", path, "-Y", filter, "-T", "fields", "-e", "frame.number")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];

    private static async Task<long[]> SearchAsync(StoredCapture capture, string filter)
    {
        var (found, cursor) = (new List<long>(), "");
        while (true)
        {
            var page = (await capture.Api.GetAsync($"{capture.Address}/packets?limit=1000&display={Uri.EscapeDataString(filter)}{cursor}")).As<PacketPage>();
            found.AddRange(page.Rows.Select(row => row.Number));
            if (page.Next is null)
                return [.. found];
            cursor = $"&cursor={page.Next}";
        }
    }
}
