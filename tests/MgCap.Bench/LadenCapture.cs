using System.Buffers;
using System.Globalization;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Live;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Recent;
using MgCap.Capture.Storage;

namespace MgCap.Bench;

/// <summary>What goes on beside a capture.</summary>
internal enum CaptureLoad
{
    /// <summary>Nothing.</summary>
    Plain,
    /// <summary>A new file every second, and ten are kept.</summary>
    Ring,
    /// <summary>A new file every 100 ms, and twenty are kept.</summary>
    Rotating,
    /// <summary>A flight recorder's memory.</summary>
    Recorded,
    /// <summary>Five clients that look on.</summary>
    Watched,
    /// <summary>The last three together.</summary>
    Laden,
}

/// <summary>A capture as a process of its own, so that its core can be chosen; it ends by SIGINT.</summary>
internal static class LadenCapture
{
    /// <summary>The first argument of such a process.</summary>
    internal const string Word = "capture";

    /// <summary>What it says when it captures.</summary>
    internal const string Ready = "Capturing";

    /// <summary>Clients that look on at a laden one.</summary>
    internal const int Clients = 5;

    private const int RecorderBytes = 64 * 1024 * 1024;

    /// <summary>Captures until it is interrupted, and writes how many packets there were.</summary>
    /// <param name="arguments">The interface, the engine, the mode, the snap length, the file, and the load.</param>
    internal static int Run(string[] arguments)
    {
        var (path, load) = (arguments[4], Enum.Parse<CaptureLoad>(arguments[5]));
        var rotation = load switch
        {
            CaptureLoad.Ring => new Rotation(Seconds: 1, Files: 10),
            CaptureLoad.Rotating or CaptureLoad.Laden => new Rotation(Seconds: Rotation.MinSeconds, Files: 20),
            _ => null,
        };
        var settings = new CaptureSettings
        {
            Interface = arguments[0],
            Engine = arguments[1],
            Mode = Enum.Parse<CaptureMode>(arguments[2]),
            Direction = CaptureDirection.In,
            Snaplen = int.Parse(arguments[3], CultureInfo.InvariantCulture),
            Rotate = rotation,
        };
        using var signals = new ManualResetEventSlim();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            signals.Set();
        };
        var session = CaptureSession.Start(settings, new CaptureEngines(), () => OpenSink(path, rotation), TimeProvider.System);
        if (load is CaptureLoad.Recorded or CaptureLoad.Laden)
            session.Join(new RecorderSink(new RecorderSettings(Bytes: RecorderBytes)));
        var clients = load is CaptureLoad.Watched or CaptureLoad.Laden ? Watch(session) : [];
        Console.Error.WriteLine(Ready);
        signals.Wait();
        session.RequestStop(StopReason.User);
        Task.WaitAll([session.Ended, .. clients]);
        var statistics = session.ReadStatistics();
        Console.Error.WriteLine($"captured {statistics.Captured}, missed by clients {statistics.Dropped.Live}");
        return session.Ended.Result.Error is null ? 0 : 1;
    }

    private static ICaptureSink OpenSink(string path, Rotation? rotation) => rotation is null
        ? new FileSink(path, indexed: true)
        : new RotatingFileSink(number => new FileSink($"{path}.{number}", indexed: true), rotation.Files);

    private static Task[] Watch(CaptureSession session)
    {
        var feed = new LiveFeed(session);
        return [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(() => LookOnAsync(new LiveStream(feed.Open()!, PacketForm.Pcapng, null))))];
    }

    private static async Task LookOnAsync(LiveStream stream)
    {
        using (stream)
        {
            var piece = new ArrayBufferWriter<byte>();
            while (await stream.ReadAsync(piece, CancellationToken.None))
                piece.ResetWrittenCount();
        }
    }
}
