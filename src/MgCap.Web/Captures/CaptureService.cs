using System.Collections.Concurrent;
using System.Threading.Channels;
using MgCap.Capture;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Live;
using MgCap.Capture.Sensors;
using MgCap.Capture.Storage;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.History;

namespace MgCap.Web.Captures;

/// <summary>
/// Starts, stops and finds captures. A capture is here while it runs and until its end is in the catalogue; from then on it
/// is in the catalogue alone. Records are saved, and told of, one at a time and as they then are: what is saved last is the
/// newest state, whatever changed it.
/// </summary>
public sealed partial class CaptureService(
    ISensor sensor, CaptureCatalogue catalogue, DataFolder data, MgCapOptions options, ICaptureObserver observer, TimeProvider clock,
    ILogger<CaptureService> log)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan _retrySave = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _endTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, RunningCapture> _running = new();
    private readonly CaptureSlots _slots = new(options.Limits.MaxCaptures);
    private readonly SemaphoreSlim _saving = new(1);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Captures that run.</summary>
    internal IEnumerable<RunningCapture> Running => _running.Values;

    /// <summary>Starts a capture. When this returns, packets are being captured.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="owner">Who starts it.</param>
    /// <param name="guard">Who is not to be cut off by drop mode; null for nobody.</param>
    /// <param name="cancellation">Ends it while its filter is compiled.</param>
    /// <exception cref="CaptureRefusedException">It can't be started; nothing is left behind.</exception>
    /// <exception cref="CaptureLimitException">As many run as may.</exception>
    public async Task<CaptureRecord> StartAsync(CaptureSettings settings, string owner, DropGuard? guard, CancellationToken cancellation)
    {
        settings = await sensor.PrepareAsync(settings, cancellation);
        var folder = new CaptureFolder(data.Captures, Guid.CreateVersion7(clock.GetUtcNow()));
        var fileName = CaptureFolder.NewFileName(Timestamp.Now(clock), settings.Interfaces);
        var session = OpenSession(settings, folder, fileName, guard);
        var capture = new RunningCapture(session, NewRecord(settings, owner, folder.Id, session), new CaptureHistory(clock, session.StartedAt));
        _running[folder.Id] = capture;
        var record = capture.Read();
        LogStarted(record.Id, record.Interface, record.Engine, record.EngineDetail, record.Mode, record.Direction, record.Snaplen, record.Filter);
        await TrySaveAsync(capture);
        await PublishAsync(capture);
        var events = Channel.CreateUnbounded<CaptureEvent>(new UnboundedChannelOptions { SingleReader = true });
        session.FollowEvents(added => events.Writer.TryWrite(added));
        _ = Task.Run(() => TakeEventsAsync(capture, events), CancellationToken.None);
        _ = FinishAsync(capture);
        return record;
    }

    /// <summary>Stops a capture and waits until its file is finished. One that has ended is answered as it is.</summary>
    /// <returns>null when there is no such capture.</returns>
    public async Task<CaptureRecord?> StopAsync(Guid id)
    {
        if (!_running.TryGetValue(id, out var capture))
            return await catalogue.FindAsync(id);
        capture.Session.RequestStop(StopReason.User);
        capture.Change(record => record.IsCapturing ? record with { State = CaptureState.Stopping } : record);
        await PublishAsync(capture);
        return await capture.Final.Task;
    }

    /// <summary>Switches what becomes of the packets of a running capture, without a gap.</summary>
    /// <param name="id">The capture.</param>
    /// <param name="mode">The mode; where it is the capture's already, nothing is done.</param>
    /// <param name="guard">Who is not to be cut off by drop mode; null for nobody.</param>
    /// <returns>null when it does not run.</returns>
    /// <exception cref="CaptureRefusedException">Its engine can't, or the guard is in the way; nothing has changed.</exception>
    public async Task<CaptureRecord?> SetModeAsync(Guid id, CaptureMode mode, DropGuard? guard)
    {
        if (!_running.TryGetValue(id, out var capture) || !capture.SetMode(mode, guard, out var changed))
            return null;
        if (changed)
        {
            LogModeSet(id, mode);
            await TrySaveAsync(capture);
            await PublishAsync(capture);
        }

        return capture.Read();
    }

    /// <summary>The capture with this id; null when there is none.</summary>
    public async Task<CaptureRecord?> FindAsync(Guid id) =>
        _running.TryGetValue(id, out var capture) ? capture.Read() : await catalogue.FindAsync(id);

    /// <summary>What a capture was seen to do; null when it does not run.</summary>
    internal CaptureHistory? FindTrack(Guid id) => _running.TryGetValue(id, out var capture) && !capture.Session.Ended.IsCompleted ? capture.Track : null;

    /// <summary>The capture with this id; null when it does not run.</summary>
    internal RunningCapture? FindRunning(Guid id) => _running.GetValueOrDefault(id);

    /// <summary>Where clients look on at a capture; null when it does not run.</summary>
    internal LiveFeed? FindLive(Guid id) => _running.TryGetValue(id, out var capture) ? capture.Live : null;

    /// <summary>When a capture lost packets; null when there is no such capture.</summary>
    internal async Task<IReadOnlyList<LossEvent>?> FindLossesAsync(Guid id)
    {
        if (_running.TryGetValue(id, out var capture))
            return capture.Track.Losses.Read();
        return await catalogue.FindAsync(id) is { } record ? LossFile.Read(FolderOf(record)) : null;
    }

    /// <summary>Captures, newest first.</summary>
    public async Task<IReadOnlyList<CaptureRecord>> ListAsync(CaptureQuery query, CaptureCursor? after, int limit) =>
        [.. (await catalogue.ListAsync(query, after, limit)).Select(record => _running.TryGetValue(record.Id, out var capture) ? capture.Read() : record)];

    /// <summary>How many captures there are.</summary>
    public Task<int> CountAsync(CaptureQuery query) => catalogue.CountAsync(query);

    /// <summary>Changes what people say of a capture.</summary>
    /// <returns>null when there is no such capture.</returns>
    public Task<CaptureRecord?> PatchAsync(Guid id, CapturePatch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return ChangeAsync(id, patch.Apply);
    }

    /// <summary>Enters what files take on the disk since they were compressed. Of a capture that runs it is entered with its end.</summary>
    /// <param name="id">The capture.</param>
    /// <param name="bytes">By the name of a file.</param>
    internal async Task SetCompressedAsync(Guid id, IReadOnlyDictionary<string, long> bytes)
    {
        if (FindRunning(id)?.TrySetCompressed(bytes) == true)
            return;
        await ChangeAsync(id, record => record with
        {
            Files = [.. record.Files.Select(file => bytes.TryGetValue(file.Name, out var stored) ? file with { StoredBytes = stored } : file)],
        });
    }

    private async Task<CaptureRecord?> ChangeAsync(Guid id, Func<CaptureRecord, CaptureRecord> change)
    {
        await _saving.WaitAsync();
        try
        {
            if (await FindAsync(id) is not { } record)
                return null;
            await catalogue.SaveAsync(change(record));
            var changed = _running.TryGetValue(id, out var capture) ? capture.Change(change) : change(record);
            _ = observer.CaptureChangedAsync(changed);
            return changed;
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Removes a capture that has ended, with its files.</summary>
    /// <returns>false while it is running; null when there is no such capture.</returns>
    public async Task<bool?> DeleteAsync(Guid id)
    {
        await _saving.WaitAsync();
        try
        {
            if (await FindAsync(id) is not { } record)
                return null;
            if (record.StoppedAt is null)
                return false;
            // The files first: where the disk is full, they make the room that the catalogue needs.
            new CaptureFolder(data.Captures, id).Delete();
            await catalogue.RemoveAsync(id);
            _running.TryRemove(id, out _);
            LogDeleted(id);
            _ = observer.CaptureDeletedAsync(id);
            return true;
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends every capture because the console ends, before the server waits for clients that still read.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => EndAllAsync();

    /// <summary>Ends what was started since.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => EndAllAsync();

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Dispose();
        _saving.Dispose();
    }

    private async Task EndAllAsync()
    {
        await _closing.CancelAsync();
        var running = _running.Values.ToArray();
        foreach (var capture in running)
            capture.Session.RequestStop(StopReason.Shutdown);
        // A disk that hangs must not keep the console from ending; the next start recovers the file.
        await Task.WhenAny(Task.WhenAll(running.Select(capture => capture.Final.Task)), Task.Delay(_endTimeout, clock));
    }

    private ISensorCapture OpenSession(CaptureSettings settings, CaptureFolder folder, string fileName, DropGuard? guard)
    {
        _slots.Take();
        try
        {
            return sensor.Start(settings, new CaptureTarget(folder, fileName, data.MinFreeBytes, options.Storage.SyncInterval), guard);
        }
        catch
        {
            _slots.Release();
            folder.Delete();
            throw;
        }
    }

    private static CaptureRecord NewRecord(CaptureSettings settings, string owner, Guid id, ISensorCapture session) => new()
    {
        Id = id,
        Name = settings.Name,
        Comment = settings.Comment,
        Owner = owner,
        Interface = settings.Interface,
        Engine = session.Engine.Name,
        EngineDetail = session.EngineDetail,
        EngineReason = session.Engine.Reason,
        CanDrop = session.CanDrop,
        Mode = settings.Mode,
        Direction = settings.EffectiveDirection,
        Snaplen = settings.Snaplen,
        Filter = settings.Filter,
        Promiscuous = settings.Promiscuous,
        Hwtstamp = settings.Hwtstamp,
        TimestampSource = session.TimestampSource,
        FileIo = session.FileIo,
        State = settings.Recorder is null ? CaptureState.Running : CaptureState.Armed,
        Kind = settings.Recorder is null ? CaptureKind.File : CaptureKind.Recorder,
        Recorder = settings.Recorder,
        Triggers = settings.Triggers,
        StartedAt = session.StartedAt,
        Stop = settings.Stop,
        Rotate = settings.Rotate,
    };

    /// <summary>Reports events in their order, and keeps each: the console may die before the capture ends.</summary>
    private async Task TakeEventsAsync(RunningCapture capture, Channel<CaptureEvent> events)
    {
        _ = capture.Session.Ended.ContinueWith(_ => events.Writer.Complete(), TaskScheduler.Default);
        await foreach (var added in events.Reader.ReadAllAsync())
        {
            LogEvent(capture.Id, added.What, added.Detail);
            await TrySaveAsync(capture);
            _ = observer.EventAddedAsync(capture.Id, added);
            await PublishAsync(capture);
        }
    }

    private async Task FinishAsync(RunningCapture capture)
    {
        var end = await capture.Session.Ended;
        _slots.Release();
        var record = capture.End(end);
        // What was lost since the last sample, when the disk was full for instance.
        capture.Track.Losses.Add(capture.Track.ElapsedSeconds, record.Statistics.Dropped);
        LogEnded(record);
        while (!await TrySaveAsync(capture))
        {
            // A catalogue that can't be written now, for instance because the disk is full, must not make the capture's end unknown.
            await PublishAsync(capture);
            capture.Final.TrySetResult(capture.Read());
            if (_closing.IsCancellationRequested)
                return;
            await Task.Delay(_retrySave, clock);
        }

        capture.Final.TrySetResult(capture.Read());
    }

    /// <summary>
    /// Saves the capture as it now stands. When it has ended, everyone is told, and it is then in the catalogue alone: what is saved
    /// for an event or another mode may be the end already.
    /// </summary>
    private async Task<bool> TrySaveAsync(RunningCapture capture)
    {
        await _saving.WaitAsync();
        try
        {
            if (!_running.ContainsKey(capture.Id))
                return true;
            var record = capture.Read();
            if (record is { StoppedAt: not null, Kind: CaptureKind.File })
                LossFile.Write(FolderOf(record), capture.Track.Losses.Read());
            await catalogue.SaveAsync(record);
            if (record.StoppedAt is not null)
            {
                _ = observer.CaptureChangedAsync(record);
                _running.TryRemove(capture.Id, out _);
            }

            return true;
        }
        catch (Exception exception)
        {
            LogNotSaved(exception, capture.Id);
            return false;
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Tells everyone of the capture as it now stands. Nothing waits for a client that does not read.</summary>
    private async Task PublishAsync(RunningCapture capture)
    {
        await _saving.WaitAsync();
        if (_running.ContainsKey(capture.Id))
            _ = observer.CaptureChangedAsync(capture.Read());
        _saving.Release();
    }

    private CaptureFolder FolderOf(CaptureRecord record) => new(data.Captures, record.Id);

    private void LogEnded(CaptureRecord record)
    {
        var statistics = record.Statistics;
        LogEnded(
            record.Id, record.Interface, record.State, record.StopReason, statistics.Received, statistics.Filtered, statistics.Captured,
            statistics.Dropped.Nic, statistics.Dropped.Ring, statistics.Dropped.Writer, statistics.CapturedBytes, statistics.WireBytes,
            record.Files.Sum(file => file.Bytes), record.Error);
    }
}
