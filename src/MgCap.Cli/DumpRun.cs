using System.Runtime.InteropServices;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Cli;

/// <summary>One run of <c>mgcap dump</c>.</summary>
internal static class DumpRun
{
    private const string StandardOutput = "-";
    private const int StandardOutputDescriptor = 1;
    private static readonly TimeSpan _statusInterval = TimeSpan.FromSeconds(1);

    /// <summary>Captures until a stop condition or a signal.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="file">Where to write; - is standard output.</param>
    /// <param name="json">Whether the summary is JSON.</param>
    /// <param name="guard">Who is not to be cut off by drop mode; null for nobody.</param>
    internal static async Task<int> RunAsync(CaptureSettings settings, string file, bool json, DropGuard? guard)
    {
        CaptureSession session;
        try
        {
            session = CaptureSession.Start(settings, new CaptureEngines(), () => OpenSink(file), TimeProvider.System, guard);
        }
        catch (SinkClosedException)
        {
            // Nobody reads the pipe: as well ended as when the reader goes later.
            return ExitCode.Done;
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var status = new StatusLine(settings, file, session);
        status.WriteStart();
        while (await Task.WhenAny(session.Ended, Task.Delay(_statusInterval)) != session.Ended)
            status.Update();
        var end = await session.Ended;
        // With the capture on standard output, everything else goes to standard error.
        if (json)
            (file == StandardOutput ? Console.Error : Console.Out).WriteLine(CliJson.Text(DumpSummary.Of(settings, file, session, end)));
        else
            status.WriteSummary();
        return ExitCodeOf(settings, end);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            session.RequestStop(StopReason.User);
        }
    }

    private static ICaptureSink OpenSink(string file) =>
        file == StandardOutput ? new StreamSink(OpenStandardOutput()) : OpenPipe(file) is { } pipe ? new StreamSink(pipe) : new FileSink(file);

    /// <returns>null where the file is no named pipe.</returns>
    private static FileStream? OpenPipe(string file)
    {
        if (!File.Exists(file))
            return null;
        var opened = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (!opened.CanSeek)
            return opened;
        opened.Dispose();
        return null;
    }

    /// <summary>The stream that Console opens does not tell when the pipe's reader has gone.</summary>
    private static FileStream OpenStandardOutput() =>
        new(new SafeFileHandle(StandardOutputDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static int ExitCodeOf(CaptureSettings settings, CaptureEnd end)
    {
        var problem = end.Reason switch
        {
            StopReason.InterfaceDown => $"{settings.Interface} went down or away; what was captured until then is in the file",
            StopReason.StorageFull => $"{end.Error}; what was captured until then is in the file",
            StopReason.Error => end.Error,
            _ => null,
        };
        if (problem is null)
            return ExitCode.Done;
        Console.Error.WriteLine($"mgcap: {problem}");
        return ExitCode.Failed;
    }
}
