using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Configuration;

/// <summary>The console as a daemon: signals, and standard streams that are not there.</summary>
public sealed class ConsoleSignalTests
{
    [RootTheory]
    [InlineData("HUP")]
    [InlineData("TERM")]
    [InlineData("ALRM")]
    public async Task Ending_FinishesCaptures(string signal)
    {
        using var lab = CaptureLab.Create("signal");
        var started = await lab.Api.StartAsync();

        Signal(lab.Console, signal);
        Wait.Until(() => !Directory.Exists($"/proc/{lab.Console.ProcessId}"), "the console to end");
        lab.StartConsole();
        var record = await lab.Api.FindAsync(started.Id);

        Assert.Equal((CaptureState.Stopped, StopReason.Shutdown, null), (record.State, record.StopReason, record.Error));
    }

    [RootTheory]
    [InlineData("HUP", "nohup")]
    [InlineData("USR1")]
    [InlineData("USR2")]
    public async Task Others_AreNotNoticed(string signal, params string[] prefix)
    {
        using var folder = new TemporaryFolder();
        using var console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = folder.PathOf("data"), Prefix = prefix });
        using var api = new ConsoleApi(console);
        var started = await api.StartAsync(nic: "lo");

        Signal(console, signal);
        await api.StopAsync(started.Id);

        Assert.Equal(StopReason.User, (await api.FindAsync(started.Id)).StopReason);
    }

    [RootTheory]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">/dev/full 2>&1")]
    [InlineData(">{full} 2>&1")]
    public async Task StandardStreamsThatTakeNothing_DoNotStopIt(string streams)
    {
        using var folder = new TemporaryFolder();
        var full = folder.PathOf("full");
        Tool.Run("mkfifo", full);
        // A pipe that is full, and that nobody reads.
        var script = $"exec 3<>{full}; dd if=/dev/zero of={full} bs=4096 count=16 2>/dev/null; exec \"$@\" {streams.Replace("{full}", full, StringComparison.Ordinal)}";
        using var console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = folder.PathOf("data"), Prefix = ["sh", "-c", script, "sh"] });
        using var api = new ConsoleApi(console);

        // Each of them is some lines in the log.
        for (var i = 0; i < 5; i++)
            await api.StopAsync((await api.StartAsync(nic: "lo")).Id);

        Assert.Equal(5, (await api.ListAsync()).Captures.Count(record => record.State == CaptureState.Stopped));
        console.Stop();
        Assert.Contains("Capture", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(folder.PathOf("data/logs")))), StringComparison.Ordinal);
    }

    private static void Signal(ConsoleProcess console, string name) =>
        Tool.Run("kill", "-s", name, console.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
