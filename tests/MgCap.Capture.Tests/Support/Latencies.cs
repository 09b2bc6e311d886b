using System.Diagnostics;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Support;

/// <summary>How long packets take from the sender to the file.</summary>
internal static class Latencies
{
    /// <summary>Sends 15 packets, each when the one before is in the file, and returns their milliseconds in order of size.</summary>
    internal static List<double> OfLonePackets(VethLab lab, CaptureSettings settings, FrameSender sender)
    {
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, settings, sink);
        var latencies = new List<double>();
        var frame = Frames.Udp4(new Flow(), 60);
        for (var i = 1; i <= 15; i++)
        {
            var watch = Stopwatch.StartNew();
            sender.Send(frame);
            Wait.Until(() => session.File.Packets == i, "the packet to be in the file");
            latencies.Add(watch.Elapsed.TotalMilliseconds);
        }

        session.Stop();
        latencies.Sort();
        return latencies;
    }

    /// <summary>
    /// The control: how many milliseconds it takes to wake a thread 15 times, and to see that it has woken, in order of size. What a
    /// machine that is busy with something else takes for it, it takes for a packet as well.
    /// </summary>
    internal static List<double> OfThreads()
    {
        var latencies = new List<double>();
        using var wake = new SemaphoreSlim(0);
        var woken = 0;
        var thread = new Thread(() =>
        {
            for (var i = 0; i < 15; i++)
            {
                wake.Wait();
                Interlocked.Increment(ref woken);
            }
        });
        thread.Start();
        for (var i = 1; i <= 15; i++)
        {
            var watch = Stopwatch.StartNew();
            wake.Release();
            Wait.Until(() => Volatile.Read(ref woken) == i, "the thread to be woken");
            latencies.Add(watch.Elapsed.TotalMilliseconds);
        }

        thread.Join();
        latencies.Sort();
        return latencies;
    }
}
