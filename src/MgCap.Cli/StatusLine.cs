using System.Globalization;
using MgCap.Capture;

namespace MgCap.Cli;

/// <summary>What a person at a terminal sees of a capture, on standard error.</summary>
internal sealed class StatusLine(CaptureSettings settings, string file, CaptureSession session)
{
    internal void WriteStart() => Console.Error.WriteLine(
        $"Capturing on {settings.Interface} (engine {session.Engine.Name}, snaplen {settings.Snaplen}), file: {VisibleText.Of(file)}");

    /// <summary>Renews the line with packets, rate and drops; nothing where there is no terminal.</summary>
    internal void Update()
    {
        if (!Streams.IsTerminal)
            return;
        var statistics = session.ReadStatistics(renewRates: true);
        var dropped = statistics.Dropped;
        Streams.ShowStatus(string.Create(
            CultureInfo.InvariantCulture,
            $"{statistics.Captured:N0} packets, {statistics.PacketsPerSecond:N0}/s, {statistics.BitsPerSecond / 1e6:N1} Mbit/s, dropped {dropped.Nic + dropped.Ring + dropped.Writer:N0}"));
    }

    /// <summary>A summary in the way of dumpcap's.</summary>
    internal void WriteSummary()
    {
        var statistics = session.ReadStatistics();
        var dropped = statistics.Dropped;
        var reached = statistics.Received - statistics.Filtered + dropped.Nic;
        var share = reached == 0 ? 100 : 100.0 * statistics.Captured / reached;
        if (Streams.IsTerminal)
            Streams.ShowStatus("");
        Console.Error.WriteLine($"Packets captured: {statistics.Captured}");
        if (!string.IsNullOrEmpty(settings.Filter))
            Console.Error.WriteLine($"Packets left out by the filter: {statistics.Filtered}");
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Packets captured/dropped on {(settings.Interfaces.Count == 1 ? "interface" : "interfaces")} '{settings.Interface}': {statistics.Captured}/{dropped.Nic + dropped.Ring + dropped.Writer} (nic {dropped.Nic}, ring {dropped.Ring}, writer {dropped.Writer}) ({share:F1}%)"));
        foreach (var part in settings.Interfaces.Count == 1 ? [] : statistics.Queues.GroupBy(queue => queue.Name.Split('/')[0]))
            Console.Error.WriteLine($"Packets captured/dropped on interface '{part.Key}': {part.Sum(queue => queue.Captured)}/{part.Sum(queue => queue.Dropped)}");
        if (statistics.RxDropped > 0)
            Console.Error.WriteLine($"Packets that nobody on this host wanted, or that the driver threw away (rx_dropped; most are in the capture, none is counted as lost): {statistics.RxDropped}");
        if (dropped.Live > 0)
            Console.Error.WriteLine($"Packets that the reader of standard output was too slow for (they are in the file): {dropped.Live}");
        if (session.Clock is not { } clock)
            return;
        Console.Error.WriteLine($"Packets stamped by the device/by the kernel: {statistics.Captured - statistics.SoftwareStamped}/{statistics.SoftwareStamped}");
        Console.Error.WriteLine($"Time stamps: {clock.Describe()}");
    }
}
