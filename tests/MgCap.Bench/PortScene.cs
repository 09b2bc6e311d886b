using System.Diagnostics;
using System.Globalization;

namespace MgCap.Bench;

/// <summary>A port of this machine that somebody else sends to all the time. Nothing of the machine's set-up is changed.</summary>
internal sealed class PortScene : IScene
{
    private readonly string _folder;
    private readonly int _index;
    private readonly TimeSpan _duration;

    /// <param name="name">The port.</param>
    /// <param name="duration">How long each contender has.</param>
    /// <exception cref="ArgumentException">There is no such interface.</exception>
    internal PortScene(string name, TimeSpan duration)
    {
        Interface = name;
        _duration = duration;
        _folder = Path.Combine("/sys/class/net", name);
        if (!Directory.Exists(_folder))
            throw new ArgumentException($"there is no interface {name}; 'mgcap interfaces' lists them", nameof(name));
        _index = (int)ReadNumber("ifindex");
        Queues = Directory.GetDirectories(Path.Combine(_folder, "queues"), "rx-*").Length;
    }

    public string Interface { get; }

    public int Queues { get; }

    public T Inside<T>(Func<int, T> action) => action(_index);

    public Process Start(string[] command) =>
        Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;

    public long WarmUp(int length) => 0;

    public Flood Flood(int length)
    {
        var clock = Stopwatch.StartNew();
        var before = ReadArrived();
        Thread.Sleep(_duration);
        return new Flood(ReadArrived() - before, clock.Elapsed.TotalSeconds);
    }

    public void Dispose()
    {
    }

    /// <summary>Received, or lost by the port for want of room.</summary>
    private long ReadArrived() => ReadNumber("statistics/rx_packets") + ReadNumber("statistics/rx_missed_errors");

    private long ReadNumber(string file) => long.Parse(File.ReadAllText(Path.Combine(_folder, file)).Trim(), CultureInfo.InvariantCulture);
}
