using System.Runtime.InteropServices;
using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;
using MgCap.Linux;

namespace MgCap.Cli;

/// <summary>One run of <c>mgcap dump</c>.</summary>
/// <param name="settings">Checked settings.</param>
/// <param name="output">Where to write.</param>
/// <param name="form">The format of what goes to standard output as well.</param>
/// <param name="live">Whether packets go to standard output as well.</param>
/// <param name="json">Whether the summary is JSON.</param>
/// <param name="quiet">Whether no line shows how the capture goes.</param>
/// <param name="guard">Who is not to be cut off by drop mode; null for nobody.</param>
internal sealed class DumpRun(CaptureSettings settings, DumpOutput output, PacketForm form, bool live, bool json, bool quiet, DropGuard? guard) : IDisposable
{
    private static readonly TimeSpan _statusInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private volatile StatusLine? _status;

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Captures until a stop condition or a signal.</summary>
    internal async Task<int> RunAsync()
    {
        using var signals = new ProcessSignals(Stop, Report);
        CaptureSession session;
        settings = settings with { Interfaces = CaptureInterfaces.NamesOf(settings.Interfaces) };
        try
        {
            // A signal ends the wait, and the program with it.
            settings = await CaptureFilter.CompileAheadAsync(settings, new LocalFilterCompiler(), _stop.Token).WaitAsync(_stop.Token);
            session = CaptureSession.Start(settings, new CaptureEngines(), () => output.Open(_stop.Token), TimeProvider.System, guard);
        }
        catch (Exception exception) when (exception is SinkClosedException or OperationCanceledException)
        {
            // Nobody reads the pipe: as well ended as when the reader goes later.
            return ExitCode.Done;
        }

        // A signal may have come while the engine was being opened.
        await using var stopping = _stop.Token.Register(() => session.RequestStop(StopReason.User));
        var status = new StatusLine(settings, output.IsStandardOutput ? "standard output" : output.Name, session);
        status.WriteStart();
        _status = status;
        var looking = live ? LiveOutput.WriteAsync(session, form) : Task.CompletedTask;
        var events = new EventLines(session, settings.Interfaces.Count);
        while (await Task.WhenAny(session.Ended, Task.Delay(_statusInterval)) != session.Ended)
        {
            events.Write();
            if (!quiet)
                status.Update();
        }

        var end = await session.Ended;
        // A reader that has stopped reading does not keep the program from ending.
        await Task.WhenAny(looking, Task.Delay(_lastWords));
        events.Write();
        _status = null;
        WriteSummary(status, session, end);
        if (looking.IsCompleted)
            await looking;
        return ExitCodeOf(session, end);
    }

    private void WriteSummary(StatusLine status, CaptureSession session, CaptureEnd end)
    {
        if (json)
            (output.IsStandardOutput || live ? Console.Error : Console.Out).WriteLine(CliJson.Text(DumpSummary.Of(settings, output.Name, session, end)));
        else
            status.WriteSummary();
    }

    private void Stop(PosixSignalContext context)
    {
        // A reader that does not read keeps the capture from ending; who asks twice does not want to wait for it.
        if (_stop.IsCancellationRequested && output.IsStream)
            context.Cancel = false;
        _stop.Cancel();
    }

    private void Report() => _status?.WriteSummary();

    private static int ExitCodeOf(CaptureSession session, CaptureEnd end)
    {
        var problem = end.Reason switch
        {
            StopReason.InterfaceDown => $"{session.Events[^1].Detail}; what was captured until then is in the file",
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
