using MgCap.Capture.Storage;
using MgCap.Testing;
using Xunit.Abstractions;
using static MgCap.E2E.Tests.Dashboard;

namespace MgCap.E2E.Tests;

/// <summary>How long it takes until the first packets of a large capture are seen, and what it costs the console.</summary>
[Collection(nameof(ReadingStage))]
public sealed class OpeningTests(BrowserStage stage, ITestOutputHelper output)
{
    private const long Gibibyte = 1024 * 1024 * 1024;
    private const long MaxGrowth = 100 * 1024 * 1024;
    private const int FrameLength = 96;

    // What stands around a frame of that length in an Enhanced Packet Block with flags.
    private const int BlockLength = FrameLength + 44;
    private const int FewPackets = 10_000;

    // The first one of each pair has one slice, the second one a gibibyte. None is opened twice: the second time it would be dissected already.
    private static readonly (int Small, int Large)[] _pairs = [(1, 2), (3, 4), (5, 6)];

    /// <summary>When the first row has something to say, in milliseconds since the navigation began.</summary>
    private const string FirstRow = """
        () => new Promise((resolve, reject) => {
          const look = () => {
            const row = document.querySelector('[data-testid=packet-row]:not(.waiting)');
            if (row?.checkVisibility() && row.textContent.includes('10.77.')) resolve(performance.now());
            else if (performance.now() > 60000) reject(new Error(`no row in a minute: ${row?.textContent}`));
            else requestAnimationFrame(look);
          };
          look();
        })
        """;

    [BrowserFact]
    public Task Gibibyte_IsOpenedLikeASmallCaptureAndNotHeldInMemory() => stage.TellAsync(async page =>
    {
        await Expect(page.Part("finished-row")).ToHaveCountAsync(2 * _pairs.Length);
        Assert.InRange(new FileInfo(StoredCapture.FileIn(page.Console.DataDirectory, _pairs[0].Large)).Length, Gibibyte, Gibibyte + Gibibyte / 1000);
        var (small, large, growth) = (new List<double>(), new List<double>(), 0L);
        foreach (var pair in _pairs)
        {
            small.Add(await OpenAsync(page, pair.Small));
            var before = ProcessMetrics.ReadAndForgetPeak(page.Console.ProcessId).ResidentBytes;
            large.Add(await OpenAsync(page, pair.Large));
            // The whole file is read now, by and by.
            await Expect(page.Part("protocols")).ToContainTextAsync("UDP", new() { Timeout = (float)_options.Patience.TotalMilliseconds });
            growth = Math.Max(growth, ProcessMetrics.Read(page.Console.ProcessId).PeakResidentBytes - before);
        }

        await page.PictureAsync("opened", whole: false);
        output.WriteLine(
            $"first rows after {string.Join(", ", large.Select(time => $"{time:0} ms"))}; of a small capture after {string.Join(", ", small.Select(time => $"{time:0} ms"))}; "
            + $"the console grew by {growth / 1048576.0:0} MiB");
        Assert.InRange(large.Min() / small.Min(), 0.1, 3);
        Assert.InRange(growth, 0, MaxGrowth);
    }, _options, name: "gibibyte");

    private static readonly DashboardOptions _options = new()
    {
        Prepare = data =>
        {
            foreach (var (small, large) in _pairs)
            {
                StoredCapture.Write(data, Mixed(FewPackets), number: small);
                if (large == _pairs[0].Large)
                    StoredCapture.Write(data, Mixed((int)(Gibibyte / BlockLength) + 1), apart: 20_000, number: large);
                else
                    LinkTo(data, _pairs[0].Large, large);
                StoredCapture.Enter(data, small);
                StoredCapture.Enter(data, large);
            }
        },
        Patience = TimeSpan.FromMinutes(2),
    };

    private static async Task<double> OpenAsync(Dashboard page, int number)
    {
        await page.Page.GotoAsync(StoredCapture.PageOf(number), new() { WaitUntil = Microsoft.Playwright.WaitUntilState.Commit });
        var time = await page.Page.EvaluateAsync<double>(FirstRow);
        await Expect(page.PacketRow(1)).ToBeVisibleAsync();
        return time;
    }

    private static IEnumerable<byte[]> Mixed(int count)
    {
        var frames = Enumerable.Range(0, 64).Select(number => number % 3 == 1 ? Frames.Tcp4(Flow.Numbered(number), FrameLength) : Frames.Udp4(Flow.Numbered(number), FrameLength)).ToArray();
        return Enumerable.Range(0, count).Select(number => frames[number % frames.Length]);
    }

    /// <summary>Another capture with the same file and the same index: the disk has them once.</summary>
    private static void LinkTo(string data, int from, int to)
    {
        var (known, path) = (StoredCapture.FileIn(data, from), StoredCapture.FileIn(data, to));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Tool.Run("ln", known, path);
        Tool.Run("ln", CaptureIndex.PathOf(known), CaptureIndex.PathOf(path));
    }
}
