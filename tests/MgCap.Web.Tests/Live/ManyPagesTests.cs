using MgCap.Testing;
using MgCap.Web.Tests.Support;
using Xunit.Abstractions;

namespace MgCap.Web.Tests.Live;

/// <summary>A hundred pages that watch one capture.</summary>
public sealed class ManyPagesTests(ITestOutputHelper output)
{
    private const int Pages = 100;
    private const int Rounds = 20;
    private const int FramesPerRound = 500;

    // A tenth of a core is what it is to cost; twice that on a machine that others use, too.
    private const double MaxCoreShare = 0.2;

    [RootFact]
    public async Task HundredPages_CostLittleAndNoPacket()
    {
        using var lab = CaptureLab.Create("pages");
        var started = await lab.Api.StartAsync();
        var pages = await Task.WhenAll(Enumerable.Range(0, Pages).Select(i => LiveClient.ConnectAsync(lab.Console, messagePack: i % 2 == 0)));
        try
        {
            var alone = await CostAsync(lab, pages[..1], started.Id);
            var all = await CostAsync(lab, pages, started.Id);
            var stopped = await lab.Api.StopAsync(started.Id);

            output.WriteLine($"one page {alone:P1} of a core, {Pages} pages {all:P1}");
            Assert.Equal(2 * Rounds * FramesPerRound, stopped.Statistics.Captured);
            Assert.Equal(default, stopped.Statistics.Dropped);
            Assert.InRange(all - alone, double.NegativeInfinity, MaxCoreShare);
        }
        finally
        {
            await Task.WhenAll(pages.Select(page => page.DisposeAsync().AsTask()));
        }
    }

    /// <summary>The console's processor time over the time in which these pages hear a sample for each round of frames.</summary>
    private static async Task<double> CostAsync(CaptureLab lab, LiveClient[] pages, Guid id)
    {
        await Task.WhenAll(pages.Select(page => page.WatchAsync(id.ToString())));
        Wait.Until(() => pages.All(page => !page.Samples.IsEmpty), "a sample at every page");
        using var sender = lab.Cable.OpenSender();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var before = ProcessMetrics.Read(lab.Console.ProcessId).Cpu;
        for (var round = 0; round < Rounds; round++)
        {
            var heard = pages[^1].Samples.Count;
            sender.SendAll(KnownFrames.Udp(FramesPerRound));
            Wait.Until(() => pages[^1].Samples.Count > heard, "the next sample");
        }

        return (ProcessMetrics.Read(lab.Console.ProcessId).Cpu - before) / clock.Elapsed;
    }
}
