using System.Diagnostics;
using System.Globalization;

namespace MgCap.Testing;

/// <summary>
/// Moves a lab's receive path off the sender's core, for comparisons under overload: without NAPI a veth delivers a frame
/// inside the sender's system call, so sender, kernel and filters share one core and the sender can never be too fast.
/// </summary>
public static class KernelFlood
{
    /// <summary>Switches NAPI on at the capture's end, which a veth does with GRO. UDP and TCP frames are not merged unless a host there asks for them.</summary>
    public static void EnableNapi(VethLab lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        lab.CaptureSide.Exec("ethtool", "-K", lab.Options.CaptureName, "gro", "on");
    }

    /// <summary>
    /// Switches NAPI on and gives it threads, one for each receive queue. Two labs whose capture interfaces have the same name must not do this at once.
    /// </summary>
    /// <param name="lab">The lab.</param>
    /// <param name="core">The core that the threads are pinned to; null leaves them free.</param>
    /// <returns>The threads' ids.</returns>
    public static IReadOnlyList<int> EnableThreadedNapi(VethLab lab, int? core = null)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var others = NapiThreads(lab.Options.CaptureName);
        EnableNapi(lab);
        lab.CaptureSide.Exec("sh", "-c", $"echo 1 > /sys/class/net/{lab.Options.CaptureName}/threaded");
        int[] threads = [];
        Wait.Until(
            () => (threads = [.. NapiThreads(lab.Options.CaptureName).Except(others)]).Length >= lab.Options.Queues,
            "the kernel's NAPI threads");
        if (core is int pin)
        {
            foreach (var thread in threads)
                Native.Pin(thread, pin);
        }

        return threads;
    }

    /// <summary>Counts what arrives at the capture's end during a flood.</summary>
    public static Arrival Measure(VethLab lab, Func<FloodResult> flood)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(flood);
        var before = lab.ReadArrivals();
        var clock = Stopwatch.StartNew();
        var sent = flood();
        // What NAPI still has in its queues.
        Wait.Until(() => Seen(lab.ReadArrivals()) - Seen(before) >= sent.Sent, "everything that was sent to arrive, or to be counted as dropped");
        var elapsed = clock.Elapsed;
        return new Arrival(sent, lab.ReadArrivals().Packets - before.Packets, elapsed);

        static long Seen(InterfaceCounters arrivals) => arrivals.Packets + arrivals.Dropped;
    }

    /// <summary>The kernel's threads that poll an interface of this name, in whatever namespace.</summary>
    private static int[] NapiThreads(string interfaceName)
    {
        var prefix = $"napi/{interfaceName}-";
        var threads = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "comm")).StartsWith(prefix, StringComparison.Ordinal))
                    threads.Add(id);
            }
            catch (IOException)
            {
                // The process has ended since the folder was listed.
            }
        }

        return [.. threads];
    }
}

/// <summary>What a flood came to at the other end.</summary>
/// <param name="Flood">What was sent. A veth under NAPI whose queue of 256 packets is full refuses the next one: losses before rx_packets are refusals.</param>
/// <param name="Packets">What the interface received (rx_packets).</param>
/// <param name="Elapsed">From the first frame sent to the last one received.</param>
public sealed record Arrival(FloodResult Flood, long Packets, TimeSpan Elapsed)
{
    /// <summary>Packets received in a second.</summary>
    public double PacketsPerSecond => Packets / Elapsed.TotalSeconds;
}
