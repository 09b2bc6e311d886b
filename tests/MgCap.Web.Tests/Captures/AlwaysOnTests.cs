using System.Globalization;
using System.Net;
using MgCap.Capture;
using MgCap.Capture.Storage;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;
using Xunit.Abstractions;

namespace MgCap.Web.Tests.Captures;

/// <summary>
/// A week in small: a ring of files and a recorder with a trigger run on and on, their ended files are compressed, and the disk runs full.
/// MGCAP_WEEK=2000 is the number of files; the machine's clock is then set forth and back by an hour, too.
/// </summary>
public sealed class AlwaysOnTests(ITestOutputHelper output)
{
    private const int Files = 100;
    private const int FilesPerTrigger = 10;
    private const int DiskMebibytes = 192;
    private const long Left = 2 * 1024 * 1024;
    private const ushort TriggerPort = 4321;
    private const int Hour = 3600;

    private readonly bool _isWhole = Environment.GetEnvironmentVariable("MGCAP_WEEK") is not null;
    private readonly int _rotations = Environment.GetEnvironmentVariable("MGCAP_WEEK") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 150;

    // By number, the first and the last of each file's sequence numbers.
    private readonly SortedDictionary<int, (uint First, uint Last, int Count)> _checked = [];
    private readonly HashSet<uint> _pendingTriggers = [];
    private readonly List<Guid> _saved = [];
    private uint _next;
    private int _triggers;

    [RootFact]
    public async Task Week_LeavesEveryPacketInItsFile_AndTheConsoleAsItWas()
    {
        using var disk = new Tmpfs(DiskMebibytes);
        using var lab = CaptureLab.Create("week", data: disk.FullName, arguments: "--MgCap:Storage:Compression=zstd");
        using var sender = lab.Cable.OpenSender();
        var ring = await StartRingAsync(lab.Api);
        var recorder = await lab.Api.StartAsync(new
        {
            kind = "recorder",
            engine = "packet",
            direction = "in",
            recorder = new { bytes = RecorderSettings.MinBytes },
            triggers = new[] { new { filter = $"udp dst port {TriggerPort}", before = 1, after = 0.05, pauseSeconds = 0 } },
        });

        Held? early = null;
        var clockSet = new Queue<(int At, int Seconds)>(_isWhole ? [(_rotations / 4, Hour), (_rotations / 2, -2 * Hour), (_rotations * 3 / 4, Hour)] : []);
        try
        {
            while (LastFile < _rotations || early is null)
            {
                await SendAsync(lab.Api, sender, ring.Id, recorder.Id);
                await CheckFilesAsync(lab.Api, ring.Id);
                if (clockSet.TryPeek(out var set) && LastFile >= set.At)
                {
                    MachineClock.StepSeconds(clockSet.Dequeue().Seconds);
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"file {LastFile}: the clock was set by {set.Seconds} s"));
                }

                if (early is null && LastFile >= _rotations / 3 && (await lab.Api.FindAsync(ring.Id)).Compression == CaptureCompression.Zstd)
                    early = Held.By(lab);
            }
        }
        finally
        {
            // Together they are nothing: what was not done yet is what the clock is off by.
            if (clockSet.Count > 0)
                MachineClock.StepSeconds(clockSet.Sum(set => set.Seconds));
        }

        await CheckSavedAsync(lab.Api, ring.Id, recorder.Id);
        await Wait.UntilAsync(
            async () =>
            {
                await CheckFilesAsync(lab.Api, ring.Id);
                return (await lab.Api.FindAsync(ring.Id)).Files.Count(file => file.StoredBytes is not null) > 5;
            },
            "ended files to be compressed");
        var late = Held.By(lab);
        output.WriteLine($"{LastFile} files, {_saved.Count} triggers, {_next} packets; early {early}, late {late}");
        late.RequireNoMoreThan(early);

        await FillDiskAsync(lab, disk, sender, ring.Id, recorder.Id);
        RequireEveryPacketOnce();
    }

    private int LastFile => _checked.Count == 0 ? 0 : _checked.Keys.Last();

    private static bool IsOfTrigger(CaptureEvent happened) => happened.What is CaptureEventKinds.Triggered or CaptureEventKinds.SaveFailed;

    private static Task<CaptureRecord> StartRingAsync(ConsoleApi api) => api.StartAsync(new { direction = "in", rotate = new { seconds = 0.1, files = Files } });

    /// <summary>Some packets, and one that sets the trigger off where it is time; numbers go on through all of them.</summary>
    private async Task SendAsync(ConsoleApi api, FrameSender sender, Guid ring, Guid recorder)
    {
        sender.SendAll([.. Enumerable.Range(0, 25).Select(_ => Frames.Udp4(new Flow(), 100, _next++))]);
        if (LastFile / FilesPerTrigger <= _triggers)
            return;
        _pendingTriggers.Add(_next);
        sender.SendAll([Frames.Udp4(new Flow { DestinationPort = TriggerPort }, 100, _next++)]);
        _triggers++;
        // The one before is saved before the next is due, so that there is one for each.
        await Wait.UntilAsync(async () => (await api.FindAsync(recorder)).Events.Count(IsOfTrigger) == _triggers, "the trigger");
        if (_triggers % 10 == 0)
            await CheckSavedAsync(api, ring, recorder);
    }

    /// <summary>Reads the files that have ended since: those of the ring stay for ten seconds.</summary>
    private async Task CheckFilesAsync(ConsoleApi api, Guid ring)
    {
        var files = (await api.FindAsync(ring)).Files;
        Assert.InRange(files.Count, 1, Files);
        foreach (var file in files.Where(file => file.State == CaptureFileState.Finished && !_checked.ContainsKey(NumberOf(file))))
            await CheckFileAsync(api, ring, file);
    }

    private async Task CheckFileAsync(ConsoleApi api, Guid capture, CaptureFileInfo file)
    {
        var answer = await api.GetAsync($"/api/captures/{capture}/files/{file.Name}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var scan = Accounts.RequireWhole(answer.Body);
        Assert.Equal((file.Packets, file.Bytes), (scan.Packets, answer.Body.Length));
        var numbers = NumbersIn(answer.Body);
        _checked[NumberOf(file)] = numbers.Length == 0 ? default : (numbers[0], numbers[^1], numbers.Length);
    }

    /// <summary>Every trigger's packet is in a capture of its own, with what came before it; those are removed then.</summary>
    private async Task CheckSavedAsync(ConsoleApi api, Guid ring, Guid recorder)
    {
        foreach (var happened in (await api.FindAsync(recorder)).Events.Where(IsOfTrigger).Skip(_saved.Count))
        {
            Assert.Equal(CaptureEventKinds.Triggered, happened.What);
            var id = Guid.Parse(happened.Detail[^36..]);
            var packets = NumbersIn(await api.DownloadAsync(id));
            var trigger = Assert.Single(_pendingTriggers, packets.Contains);
            _pendingTriggers.Remove(trigger);
            Assert.True(packets[0] < trigger, "there is nothing before the trigger's packet");
            _saved.Add(id);
            Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, $"/api/captures/{id}")).Status);
            await CheckFilesAsync(api, ring);
        }

        Assert.Empty(_pendingTriggers);
    }

    /// <summary>The ring ends and says why, the recorder goes on, and what it could not save it says; with room there is another ring.</summary>
    private async Task FillDiskAsync(CaptureLab lab, Tmpfs disk, FrameSender sender, Guid ring, Guid recorder)
    {
        await CheckFilesAsync(lab.Api, ring);
        var fillers = Directory.CreateDirectory(Path.Combine(disk.FullName, "fillers"));
        await Wait.UntilAsync(
            async () =>
            {
                // A file has room ahead that it gives back, which others take.
                if (disk.FreeBytes > 2 * Left)
                    Tool.Run("fallocate", "-l", (disk.FreeBytes - Left).ToString(CultureInfo.InvariantCulture), Path.Combine(fillers.FullName, Path.GetRandomFileName()));
                sender.SendAll([.. Enumerable.Range(0, 25).Select(_ => Frames.Udp4(new Flow(), 100, _next++))]);
                await CheckFilesAsync(lab.Api, ring);
                return (await lab.Api.FindAsync(ring)).StoppedAt is not null;
            },
            "the ring to meet the end of the disk");
        var ended = await lab.Api.FindAsync(ring);
        // What came after its end is in no file.
        _next = (uint)ended.Statistics.Captured;
        Assert.Equal((CaptureState.Stopped, StopReason.StorageFull), (ended.State, ended.StopReason));
        foreach (var file in ended.Files.Where(file => !_checked.ContainsKey(NumberOf(file))))
            await CheckFileAsync(lab.Api, ring, file);
        (await lab.Api.PostAsync($"/api/captures/{recorder}/save", "{}")).RequireProblem(507, "storage_full");
        Assert.Equal(CaptureState.Armed, (await lab.Api.FindAsync(recorder)).State);

        fillers.Delete(recursive: true);
        var again = await StartRingAsync(lab.Api);
        sender.SendAll([.. Enumerable.Range(0, 100).Select(i => Frames.Udp4(new Flow(), 100, (uint)i))]);
        await lab.Api.WaitAsync(again.Id, record => record.Statistics.Captured == 100, "the packets");
        var saved = (await lab.Api.PostAsync($"/api/captures/{recorder}/save", """{"before":1}""")).As<CaptureRecord>(HttpStatusCode.Created);
        Assert.InRange(saved.Statistics.Captured, 100, long.MaxValue);
        await lab.Api.StopAsync(again.Id);
        await lab.Api.StopAsync(recorder);
    }

    private void RequireEveryPacketOnce()
    {
        Assert.Equal(Enumerable.Range(1, _checked.Count), _checked.Keys);
        var next = 0u;
        foreach (var (number, file) in _checked.Where(file => file.Value.Count > 0))
        {
            Assert.Equal((number, next), (number, file.First));
            next = file.Last + 1;
        }

        Assert.Equal(_next, next);
    }

    /// <summary>A file's packets, with no gap. They are in order of time: those of before the clock was set back come behind those that waited with them.</summary>
    private static uint[] NumbersIn(byte[] file)
    {
        uint[] numbers = [.. CapturedPacket.ReadAll(file).Select(packet => Frames.SequenceOfUdp4(packet.Data)).Order()];
        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => numbers[0] + (uint)i), numbers);
        return numbers;
    }

    private static int NumberOf(CaptureFileInfo file) => int.Parse(file.Name[^12..^7], CultureInfo.InvariantCulture);

    /// <summary>What the console's process holds.</summary>
    private sealed record Held(long Mebibytes, int Descriptors, int Threads, int Files)
    {
        internal static Held By(CaptureLab lab)
        {
            var process = lab.Console.ProcessId;
            return new Held(
                ProcessMetrics.Read(process).ResidentBytes >> 20, Directory.GetFiles($"/proc/{process}/fd").Length, Directory.GetDirectories($"/proc/{process}/task").Length,
                Directory.GetFiles(Path.Combine(lab.DataDirectory, "captures"), "*", SearchOption.AllDirectories).Length);
        }

        /// <summary>A runtime collects its garbage when it likes, and keeps some threads and connections for a while.</summary>
        internal void RequireNoMoreThan(Held early)
        {
            Assert.InRange(Mebibytes, 0, early.Mebibytes * 1.25 + 32);
            Assert.InRange(Descriptors, 0, early.Descriptors + 16);
            Assert.InRange(Threads, 0, early.Threads + 8);
            // A file and its index, one that is just compressed, and ten captures that triggers saved.
            Assert.InRange(Files, 0, 2 * AlwaysOnTests.Files + 80);
        }
    }
}
