using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Live;
using MgCap.Capture.Recent;
using MgCap.Capture.Storage;
using MgCap.Capture.Triggers;
using MgCap.Linux;

namespace MgCap.Cli;

/// <summary>One run of <c>mgcap record</c>.</summary>
/// <param name="settings">Checked settings of a recorder.</param>
/// <param name="file">What files are called, without their numbers.</param>
/// <param name="before">Seconds before a signal that are saved.</param>
/// <param name="after">Seconds after it.</param>
/// <param name="quiet">Whether no line shows how the capture goes.</param>
/// <param name="guard">Who is not to be cut off by drop mode; null for nobody.</param>
internal sealed class RecordRun(CaptureSettings settings, string file, double before, double after, bool quiet, DropGuard? guard) : IDisposable
{
    private static readonly TimeSpan _statusInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _saves = [];
    private int _number;
    private bool _failed;

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Captures until a signal.</summary>
    internal async Task<int> RunAsync()
    {
        CaptureSession? session = null;
        using var signals = new ProcessSignals(_ => _stop.Cancel(), () => _ = session is null ? null : Save(session, SavedSpan.FromNow(before, after), "asked by a signal"));
        settings = settings with { Interfaces = CaptureInterfaces.NamesOf(settings.Interfaces) };
        IReadOnlyList<(RecorderTrigger, FileFilter?)> triggers;
        try
        {
            var compiler = new LocalFilterCompiler();
            // A signal ends the wait, and the program with it.
            settings = await CaptureFilter.CompileAheadAsync(settings, compiler, _stop.Token).WaitAsync(_stop.Token);
            triggers = await TriggerWatch.CompileAsync(settings.Triggers, CaptureInterfaces.Find(settings.Interfaces[0])?.LinkType, compiler, _stop.Token).WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }

        session = CaptureSession.Start(settings, new CaptureEngines(), () => new RecorderSink(settings.Recorder!), TimeProvider.System, guard);
        // A signal may have come while the engine was being opened.
        await using var stopping = _stop.Token.Register(() => session.RequestStop(StopReason.User));
        using var watch = new TriggerWatch(
            session, new LiveFeed(session), triggers, moment => Save(session, moment.Span, moment.Cause), TimeProvider.System);
        var status = new StatusLine(settings, "none, until packets are saved", session);
        status.WriteStart();
        var events = new EventLines(session, settings.Interfaces.Count);
        while (await Task.WhenAny(session.Ended, Task.Delay(_statusInterval)) != session.Ended)
        {
            events.Write();
            if (!quiet)
                status.Update();
        }

        var end = await session.Ended;
        Task[] saves;
        lock (_lock)
            saves = [.. _saves];
        await Task.WhenAll(saves);
        events.Write();
        status.WriteSummary();
        if (end.Reason is not (StopReason.Error or StopReason.InterfaceDown))
            return _failed ? ExitCode.Failed : ExitCode.Done;
        Console.Error.WriteLine($"mgcap: {end.Error ?? session.Events[^1].Detail}; what was not saved is gone");
        return ExitCode.Failed;
    }

    private Task Save(CaptureSession session, SavedSpan span, string cause)
    {
        lock (_lock)
        {
            var name = FileNames.Numbered(file, ++_number);
            var save = Task.Factory.StartNew(() => Save(session, span, name, cause), TaskCreationOptions.LongRunning);
            _saves.Add(save);
            return save;
        }
    }

    private void Save(CaptureSession session, SavedSpan span, string name, string cause)
    {
        try
        {
            if (!session.Save(span, () => new FileSink(OutputFile.Open(name), name)))
                return;
            Say($"{VisibleText.Of(cause)}: saved {VisibleText.Of(name)}, {RecoveredFile.Read(name).File.Packets} packets");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            Say($"mgcap: {VisibleText.Of(cause)}: not saved: {exception.Message}");
        }
    }

    private static void Say(string line)
    {
        if (Streams.IsTerminal)
            Streams.ShowStatus("");
        Console.Error.WriteLine(line);
    }
}
