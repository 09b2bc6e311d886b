using System.Runtime.InteropServices;
using System.Text.Json;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Pipeline;

namespace MgCap.Cli;

/// <summary>One run of <c>mgcap dump</c>.</summary>
internal static class DumpRun
{
    private const string StandardOutput = "-";
    private static readonly TimeSpan _statusInterval = TimeSpan.FromSeconds(1);

    /// <summary>Captures until a stop condition or a signal.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="file">Where to write; - is standard output.</param>
    /// <param name="json">Whether the summary is JSON.</param>
    internal static async Task<int> RunAsync(CaptureSettings settings, string file, bool json)
    {
        var session = CaptureSession.Start(settings, new CaptureEngines(), () => OpenSink(file), TimeProvider.System);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var status = new StatusLine(settings, file, session);
        status.WriteStart();
        while (await Task.WhenAny(session.Ended, Task.Delay(_statusInterval)) != session.Ended)
            status.Update();
        var end = await session.Ended;
        // With the capture on standard output, everything else goes to standard error.
        if (json)
            (file == StandardOutput ? Console.Error : Console.Out).WriteLine(JsonSerializer.Serialize(DumpSummary.Of(settings, file, session, end), JsonShape.Options));
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
        file == StandardOutput ? new StreamSink(Console.OpenStandardOutput()) : new FileSink(file);

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
