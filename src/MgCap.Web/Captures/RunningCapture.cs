using MgCap.Capture;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Live;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Sensors;
using MgCap.Web.Catalogue;
using MgCap.Web.History;

namespace MgCap.Web.Captures;

/// <summary>A capture that runs, or that has ended and is not in the catalogue yet.</summary>
internal sealed class RunningCapture(ISensorCapture session, CaptureRecord record, CaptureHistory track)
{
    private readonly Lock _lock = new();
    // By the name of a file, what it takes on the disk since it was compressed.
    private readonly Dictionary<string, long> _compressed = [];
    private CaptureRecord _record = record;

    internal Guid Id => _record.Id;

    internal ISensorCapture Session { get; } = session;

    /// <summary>Where clients look on.</summary>
    internal LiveFeed Live { get; } = new(session);

    /// <summary>What it was seen to do while it ran.</summary>
    internal CaptureHistory Track { get; } = track;

    /// <summary>Ends with the capture, when its record is final.</summary>
    internal TaskCompletionSource<CaptureRecord> Final { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The capture as it stands.</summary>
    internal CaptureRecord Read()
    {
        lock (_lock)
        {
            return _record.StoppedAt is not null ? _record : _record with
            {
                // In this order: every packet that is counted is in the file that is told of.
                Statistics = Session.ReadStatistics(),
                Clock = Session.Clock,
                FileIo = Session.FileIo,
                Events = Session.Events,
                Files = FilesNow(),
            };
        }
    }

    /// <summary>Changes the record.</summary>
    internal CaptureRecord Change(Func<CaptureRecord, CaptureRecord> change)
    {
        lock (_lock)
            _record = change(_record);
        return Read();
    }

    /// <summary>Switches the mode; nothing is done where it is the same.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="guard">Who is not to be cut off; null for nobody.</param>
    /// <param name="changed">Whether it was another one.</param>
    /// <returns>false when the capture does not run any more.</returns>
    /// <exception cref="CaptureRefusedException">mode_unsupported, or drop_refused.</exception>
    internal bool SetMode(CaptureMode mode, DropGuard? guard, out bool changed)
    {
        lock (_lock)
        {
            changed = false;
            if (!_record.IsCapturing || Session.Ended.IsCompleted)
                return false;
            if (_record.Mode == mode)
                return true;
            Session.SetMode(mode, guard);
            _record = _record with { Mode = mode };
            changed = true;
            return true;
        }
    }

    /// <summary>Notes what some of its files take on the disk since they were compressed.</summary>
    /// <returns>false when its record is final.</returns>
    internal bool TrySetCompressed(IReadOnlyDictionary<string, long> bytes)
    {
        lock (_lock)
        {
            if (_record.StoppedAt is not null)
                return false;
            foreach (var (name, stored) in bytes)
                _compressed[name] = stored;
            // Those that are gone by now, since the newest are kept.
            var there = FilesOf(Session).Select(file => Path.GetFileName(file.Name)).ToHashSet();
            foreach (var gone in _compressed.Keys.Where(name => !there.Contains(name)).ToArray())
                _compressed.Remove(gone);
            return true;
        }
    }

    /// <summary>Makes the record final.</summary>
    internal CaptureRecord End(CaptureEnd end) => Change(record => record with
    {
        State = end.Reason == StopReason.Error ? CaptureState.Failed : CaptureState.Stopped,
        StoppedAt = end.At,
        StopReason = end.Reason,
        Error = end.Error,
        Files = [.. FilesOf(Session).Select(file => InfoOf(file, CaptureFileState.Finished))],
        Statistics = Session.ReadStatistics().WithoutRates(),
        Clock = Session.Clock,
        FileIo = Session.FileIo,
        Events = Session.Events,
    });

    private CaptureFileInfo[] FilesNow()
    {
        var files = FilesOf(Session);
        return [.. files.Select((file, i) => InfoOf(file, i == files.Length - 1 ? CaptureFileState.Writing : CaptureFileState.Finished))];
    }

    private CaptureFileInfo InfoOf(CaptureFileSummary file, CaptureFileState state)
    {
        var info = CaptureFileInfo.Of(file, state);
        return _compressed.TryGetValue(info.Name, out var bytes) ? info with { StoredBytes = bytes } : info;
    }

    /// <summary>A recorder's memory is no file.</summary>
    private static CaptureFileSummary[] FilesOf(ISensorCapture session) => [.. session.Files.Where(file => file.Name != "")];
}
