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
}
