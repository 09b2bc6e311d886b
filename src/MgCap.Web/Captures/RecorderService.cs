using MgCap.Capture;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Recent;
using MgCap.Capture.Sensors;
using MgCap.Capture.Storage;
using MgCap.Capture.Triggers;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;

namespace MgCap.Web.Captures;

/// <summary>Starts flight recorders, and makes captures of what they have in memory: when somebody asks, and when a trigger goes off.</summary>
public sealed partial class RecorderService(
    CaptureService captures, ISensor sensor, IFilterCompiler filters, CaptureCatalogue catalogue, DataFolder data, MgCapOptions options, ICaptureObserver observer,
    TimeProvider clock, ILogger<RecorderService> log)
{
    /// <summary>Starts a recorder. When this returns, packets are being captured, and its triggers are armed.</summary>
    /// <inheritdoc cref="CaptureService.StartAsync(CaptureSettings, string, DropGuard?, CancellationToken)"/>
    public async Task<CaptureRecord> StartAsync(CaptureSettings settings, string owner, DropGuard? guard, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        // Where there is no such interface the start says so.
        var linkType = sensor.FindInterface(settings.Interfaces[0])?.LinkType;
        var triggers = await TriggerWatch.CompileAsync(settings.Triggers, LinkType.All.FirstOrDefault(type => type.Name == linkType), filters, cancellation);
        var record = await captures.StartAsync(settings, owner, guard, cancellation);
        if (triggers.Count > 0 && captures.FindRunning(record.Id) is { } recorder)
        {
            var watch = new TriggerWatch(recorder.Session, recorder.Live, triggers, moment => SaveAsync(recorder, moment), clock);
            _ = recorder.Session.Ended.ContinueWith(_ => watch.Dispose(), TaskScheduler.Default);
        }

        return record;
    }

    /// <summary>Saves what a recorder has, and what comes for some time, as a capture of its own; the recorder goes on.</summary>
    /// <param name="id">The recorder.</param>
    /// <param name="request">What is to be saved, without problems.</param>
    /// <param name="owner">Who asks, whose the capture is.</param>
    /// <returns>The capture, which has ended.</returns>
    /// <exception cref="CaptureRefusedException">capture_not_running, storage_full, permission_denied; nothing is left behind.</exception>
    public async Task<CaptureRecord> SaveAsync(Guid id, SaveRequest request, string owner)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (captures.FindRunning(id) is not { } recorder)
            throw new CaptureRefusedException(RefusalCode.CaptureNotRunning, "The recorder has ended, and what it had is gone. Save while it is armed.");
        return await SaveAsync(recorder, SavedSpan.FromNow(request.Before, request.After ?? 0), request.Name ?? "", owner);
    }

    /// <summary>Saves for a trigger; what became of it is an event of the recorder.</summary>
    private async Task SaveAsync(RunningCapture recorder, TriggerMoment moment)
    {
        try
        {
            var name = CaptureSettingsCheck.CheckTexts(moment.Cause, "").Any() ? "a packet matches the filter" : moment.Cause;
            var saved = await SaveAsync(recorder, moment.Span, name, recorder.Read().Owner);
            recorder.Session.Report(CaptureEventKinds.Triggered, $"{moment.Cause}: saved as capture {saved.Id}");
        }
        catch (Exception exception)
        {
            LogNotSaved(exception, recorder.Id, moment.Cause);
            recorder.Session.Report(CaptureEventKinds.SaveFailed, $"{moment.Cause}: not saved: {exception.Message}");
        }
    }

    private async Task<CaptureRecord> SaveAsync(RunningCapture recorder, SavedSpan span, string name, string owner)
    {
        var asked = clock.GetUtcNow();
        var folder = new CaptureFolder(data.Captures, Guid.CreateVersion7(asked));
        var file = CaptureFolder.NewFileName(Timestamp.FromDateTime(asked), recorder.Read().Interfaces);
        RecoveredFile saved;
        try
        {
            saved = await recorder.Session.SaveAsync(span, new CaptureTarget(folder, file, data.MinFreeBytes, options.Storage.SyncInterval));
        }
        catch (SinkFullException exception)
        {
            folder.Delete();
            throw new CaptureRefusedException(RefusalCode.StorageFull, $"There is no room for what is to be saved: {exception.Message}.", exception);
        }
        catch
        {
            folder.Delete();
            throw;
        }

        var record = recorder.Read() with
        {
            Id = folder.Id,
            Name = name,
            Owner = owner,
            Kind = CaptureKind.File,
            Recorder = null,
            Triggers = [],
            Events = [],
            Pinned = false,
            State = CaptureState.Stopped,
            StartedAt = saved.File.FirstPacketAt ?? Timestamp.FromDateTime(asked),
            StoppedAt = Timestamp.Now(clock),
            StopReason = StopReason.User,
            Stop = new StopConditions(),
            Files = [CaptureFileInfo.Of(saved.File)],
            Statistics = saved.Statistics,
        };
        await catalogue.SaveAsync(record);
        LogSaved(recorder.Id, record.Id, saved.File.Packets, saved.File.Bytes);
        _ = observer.CaptureChangedAsync(record);
        return record;
    }

    [LoggerMessage(1, LogLevel.Information, "Recorder {Id}: saved as capture {Saved}, {Packets} packets, {Bytes} bytes")]
    private partial void LogSaved(Guid id, Guid saved, long packets, long bytes);

    [LoggerMessage(2, LogLevel.Error, "Recorder {Id}: {Cause}, and what it has could not be saved")]
    private partial void LogNotSaved(Exception exception, Guid id, string cause);
}
