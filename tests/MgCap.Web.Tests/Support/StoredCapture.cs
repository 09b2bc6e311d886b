using System.Diagnostics;
using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Testing;
using MgCap.Web.Summaries;

namespace MgCap.Web.Tests.Support;

/// <summary>
/// A console that finds a capture which nobody captured: a file made by a test, in the place where captures are. It needs no
/// privilege, but for what it does with sharkd.
/// </summary>
internal sealed class StoredCapture : IDisposable
{
    /// <summary>2026-11-22T12:00:00Z, the first packet's time.</summary>
    public static readonly Timestamp Start = Timestamp.Parse("2026-11-22T12:00:00Z");

    private const string FileName = "20261122T120000Z-eth0.pcapng";

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly ConsoleOptions _options;

    private StoredCapture(Action<string> write, IReadOnlyList<string> prefix, TimeSpan? patience = null)
    {
        DataDirectory = _folder.PathOf("data");
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        write(FilePath);
        _options = new ConsoleOptions { DataDirectory = DataDirectory, Prefix = prefix, Patience = patience ?? Wait.Patience };
        StartConsole();
    }

    public Guid Id { get; } = Guid.Parse("01990000-0000-7000-8000-000000000001");

    public string DataDirectory { get; }

    public string FilePath => Path.Combine(DataDirectory, "captures", Id.ToString(), FileName);

    public ConsoleProcess Console { get; private set; } = null!;

    public ConsoleApi Api { get; private set; } = null!;

    /// <summary>Where the capture is in the API.</summary>
    public string Address => $"/api/captures/{Id}";

    /// <summary>A capture of these frames, a millisecond apart.</summary>
    public static StoredCapture Of(IEnumerable<byte[]> frames, params IReadOnlyList<string> prefix) =>
        new(path => Write(path, frames.Select((frame, i) => (new Timestamp(Start.Nanoseconds + i * 1_000_000L), frame))), prefix);

    /// <summary>A capture whose file is written by a test.</summary>
    /// <param name="write">Writes the file of this path.</param>
    /// <param name="patience">How long the console may take to recover it; null for as long as it usually may take to start.</param>
    public static StoredCapture WrittenBy(Action<string> write, TimeSpan? patience = null) => new(write, [], patience);

    /// <summary>Writes a file as captures are written; packets come from its interfaces in turn.</summary>
    public static void Write(string path, IEnumerable<(Timestamp Time, byte[] Frame)> packets, int interfaces = 2)
    {
        var block = new byte[512 * 1024];
        using var file = new BufferedStream(File.Create(path), block.Length);
        var section = new SectionHeader { UserApplication = "test" };
        file.Write(block.AsSpan(0, PcapngEncoder.WriteSectionHeader(block, section)));
        for (var i = 0; i < interfaces; i++)
        {
            var description = new InterfaceDescription { Name = $"eth0/rx{i}", LinkType = 1, SnapLength = 262144 };
            file.Write(block.AsSpan(0, PcapngEncoder.WriteInterfaceDescription(block, description)));
        }

        var number = 0;
        foreach (var (time, frame) in packets)
        {
            var direction = number % 3 == 0 ? PacketDirection.Outbound : PacketDirection.Inbound;
            file.Write(block.AsSpan(0, PcapngEncoder.WriteEnhancedPacket(block, number++ % interfaces, time, frame.Length, frame, direction)));
        }
    }

    /// <summary>The capture's summary, when it is made.</summary>
    public async Task<CaptureSummary> SummaryAsync()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var summary = (await Api.GetAsync($"{Address}/summary")).As<CaptureSummary>();
            if (summary.State == SummaryState.Ready)
                return summary;
            Assert.True(clock.Elapsed < Wait.Patience, $"the summary is not ready: {summary.Progress}");
            await Task.Delay(_pause);
        }
    }

    /// <summary>Starts a console on the same data as the one before, which must have ended.</summary>
    public void StartConsole()
    {
        Api?.Dispose();
        Console?.Dispose();
        Console = ConsoleProcess.Start(_options);
        Api = new ConsoleApi(Console);
    }

    public void Dispose()
    {
        Api.Dispose();
        Console.Dispose();
        _folder.Dispose();
    }
}
