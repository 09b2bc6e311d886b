using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>What the sender says of a flood.</summary>
/// <param name="Sent">Frames that the interface took.</param>
/// <param name="Seconds">How long that took.</param>
internal sealed record Flood(long Sent, double Seconds);

/// <summary>
/// A veth pair between two namespaces: the sender has one core, and everything that receives, the device's polling and the
/// contender, has the other.
/// </summary>
internal sealed class BenchLab : IDisposable
{
    private const int SendingCore = 0;
    private const int ReceivingCore = 1;

    private readonly VethLab _lab;

    internal BenchLab(int queues)
    {
        Queues = queues;
        _lab = VethLab.Create("bench", new VethOptions { Queues = queues, CaptureName = "bench1", SenderName = "bench0" });
        KernelFlood.EnableThreadedNapi(_lab, ReceivingCore);
    }

    internal int Queues { get; }

    internal string Interface => _lab.Options.CaptureName;

    /// <summary>Does something in the namespace of the interface that is captured, given its number.</summary>
    internal T Inside<T>(Func<int, T> action) => _lab.CaptureSide.Run(() => action(_lab.CaptureIndex));

    internal Process StartPinned(string[] command) => _lab.CaptureSide.Start(
        new ProcessStartInfo("taskset", ["-c", $"{ReceivingCore}", .. command]) { RedirectStandardError = true, RedirectStandardOutput = true });

    /// <summary>Sends as fast as one core can. The interface refuses what it has no room for; that is not sent.</summary>
    internal Flood Send(long attempts, int length)
    {
        string[] command =
        [
            Built.CommandLine, "gen", "-i", _lab.Options.SenderName, "-n", attempts.ToString(CultureInfo.InvariantCulture),
            "-l", length.ToString(CultureInfo.InvariantCulture), "--flows", "64", "--core", $"{SendingCore}", "--json",
        ];
        var result = JsonDocument.Parse(_lab.SenderSide.Exec(command[0], command[1..])).RootElement;
        return new Flood(result.GetProperty("sent").GetInt64(), result.GetProperty("seconds").GetDouble());
    }

    public void Dispose() => _lab.Dispose();
}
