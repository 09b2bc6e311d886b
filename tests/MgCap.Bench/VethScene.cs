using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>
/// A veth pair between two namespaces: the sender has one core, and everything that receives, the device's polling and the
/// contender, has the other.
/// </summary>
internal sealed class VethScene : IScene
{
    private const int SendingCore = 0;
    private const int ReceivingCore = 1;
    private const int WarmUpFrames = 20_000;

    private readonly VethLab _lab;
    private readonly long _frames;
    private readonly long _rate;
    private readonly double _seconds;

    /// <param name="queues">Receive queues.</param>
    /// <param name="frames">Frames that the sender offers in a flood; the interface refuses what it has no room for, and that is not sent. 0 for as many as come in the time.</param>
    /// <param name="rate">How many of them a second; 0 for as fast as possible.</param>
    /// <param name="seconds">How long a flood without a number of frames takes.</param>
    internal VethScene(int queues, long frames, long rate = 0, double seconds = 0)
    {
        Queues = queues;
        _frames = frames;
        _rate = rate;
        _seconds = seconds;
        _lab = VethLab.Create("bench", new VethOptions { Queues = queues, CaptureName = "bench1", SenderName = "bench0" });
        KernelFlood.EnableThreadedNapi(_lab, ReceivingCore);
    }

    public int Queues { get; }

    public string Interface => _lab.Options.CaptureName;

    public T Inside<T>(Func<int, T> action) => _lab.CaptureSide.Run(() => action(_lab.CaptureIndex));

    public Process Start(string[] command) => _lab.CaptureSide.Start(
        new ProcessStartInfo("taskset", ["-c", $"{ReceivingCore}", .. command]) { RedirectStandardError = true, RedirectStandardOutput = true });

    public long WarmUp(int length) => Send(WarmUpFrames, length).Sent;

    public Flood Flood(int length) => Send(_frames, length);

    public void Dispose() => _lab.Dispose();

    private Flood Send(long attempts, int length)
    {
        string[] limit = attempts > 0 ? [] : ["timeout", "--preserve-status", "--signal", "INT", _seconds.ToString(CultureInfo.InvariantCulture)];
        string[] command =
        [
            .. limit, BuiltPrograms.CommandLine, "gen", "-i", _lab.Options.SenderName, "-n", attempts.ToString(CultureInfo.InvariantCulture),
            "-l", length.ToString(CultureInfo.InvariantCulture), "-r", _rate.ToString(CultureInfo.InvariantCulture), "--flows", "64", "--core", $"{SendingCore}", "--json",
        ];
        var result = JsonDocument.Parse(_lab.SenderSide.Exec(command[0], command[1..])).RootElement;
        return new Flood(result.GetProperty("sent").GetInt64(), result.GetProperty("seconds").GetDouble());
    }
}
