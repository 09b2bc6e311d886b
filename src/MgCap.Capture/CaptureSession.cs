using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Recent;
using MgCap.Capture.Sensors;
using MgCap.Capture.Statistics;
using MgCap.Capture.Storage;

namespace MgCap.Capture;

/// <summary>How a capture ended.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">Why.</param>
/// <param name="Error">What failed, for people; null where nothing did.</param>
public sealed record CaptureEnd(Timestamp At, StopReason Reason, string? Error);

/// <summary>
/// A capture that runs: an engine's rings, the thread that reads them and the thread that writes the file.
/// It owns the source and the sink, and closes them when it ends.
/// </summary>
public sealed class CaptureSession : ISensorCapture, IAsyncDisposable
{
    // A disk may stall for four tenths of a second at 450 MB/s before the rings have to take over. What no stall has touched takes up nothing.
    private const int BlockCount = 192;

    private readonly CaptureSources _sources;
    private readonly BlockFanout _fanout;
    private readonly RecorderSink? _recorder;
    private readonly PacketBlockQueue _blocks;
    private readonly RingReader _reader;
    private readonly CaptureFileWriter _writer;
    private readonly CaptureFiles _files = new();
    private readonly CaptureEventLog _events = new();
    private readonly TimeProvider _clock;
    private readonly TaskCompletionSource<CaptureEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _ringsThread;
    private readonly Thread _fileThread;
    private StopReason _reason = StopReason.Error;
    private string? _error;

    private CaptureSession(CaptureSettings settings, CaptureSources sources, EngineChoice engine, ICaptureSink sink, TimeProvider clock)
    {
        _sources = sources;
        _clock = clock;
        Engine = engine;
        sources.Report = Report;
        _recorder = sink as RecorderSink;
        _fanout = new BlockFanout(sink, SectionHead.Of(settings, sources.Queues, sources.Clock));
        _fanout.Begin();
        _blocks = new PacketBlockQueue(BlockCount, sources.Queues.Count, _fanout.Length);
        _writer = new CaptureFileWriter(_fanout, _blocks, sources, _files, clock);
        var cuts = settings.Rotate is { } rotation ? new FileCuts(rotation, _fanout.Length, clock) : null;
        _reader = new RingReader(sources, new PacketEncoder(settings, _blocks, cuts), settings.Stop.Seconds, clock);
        _ringsThread = new Thread(ReadRings) { Name = $"rings {settings.Interface}", IsBackground = true };
        _fileThread = new Thread(WriteFile) { Name = $"file {settings.Interface}", IsBackground = true };
    }

    /// <inheritdoc/>
    public EngineChoice Engine { get; }

    /// <inheritdoc/>
    public bool CanDrop => _sources.CanDrop;

    /// <inheritdoc/>
    public string EngineDetail => _sources.Detail;

    /// <inheritdoc/>
    public TimestampSource TimestampSource => _sources.TimestampSource;

    /// <inheritdoc/>
    public CaptureClock? Clock => _sources.Clock;

    /// <inheritdoc/>
    public Timestamp StartedAt => _writer.StartedAt;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureFileSummary> Files => _files.Read();

    /// <summary>What its files have together; the name is that of the first.</summary>
    public CaptureFileSummary File => _files.Sum();

    /// <inheritdoc/>
    public FileIo FileIo => _fanout.FileIo;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureEvent> Events => _events.Read();

    /// <inheritdoc/>
    public Task<CaptureEnd> Ended => _ended.Task;

    /// <summary>Starts a capture. When this returns, packets are being captured.</summary>
    /// <param name="settings">Settings without problems (<see cref="CaptureSettingsCheck"/>).</param>
    /// <param name="engines">The engines to choose from.</param>
    /// <param name="openSink">Makes the file or pipe, an <see cref="IRotatingSink"/> where settings say when a new file begins; called when everything else is ready.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="guard">Who is not to be cut off by drop mode; null lets it cut off everyone.</param>
    /// <exception cref="CaptureRefusedException">It can't be started; nothing is left behind but what <paramref name="openSink"/> made.</exception>
    public static CaptureSession Start(CaptureSettings settings, CaptureEngines engines, Func<ICaptureSink> openSink, TimeProvider clock, DropGuard? guard = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(engines);
        ArgumentNullException.ThrowIfNull(openSink);
        var interfaces = FindInterfaces(settings);
        settings = settings with { Interfaces = [.. interfaces.Select(nic => nic.Name)] };
        if (settings.Mode == CaptureMode.Drop)
        {
            foreach (var nic in interfaces)
                guard?.Check(nic);
        }

        if (settings.Recorder is { } recorder)
            RecorderMemory.Require(recorder);
        var sources = engines.Open(settings, interfaces, out var engine);
        ICaptureSink? sink = null;
        try
        {
            sink = openSink();
            var session = new CaptureSession(settings, sources, engine, sink, clock);
            session._ringsThread.Start();
            session._fileThread.Start();
            return session;
        }
        catch (SinkFullException exception)
        {
            sources.Dispose();
            sink?.Dispose();
            throw new CaptureRefusedException(RefusalCode.StorageFull, $"There is no room for a capture: {exception.Message}.", exception);
        }
        catch
        {
            sources.Dispose();
            sink?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void FollowEvents(Action<CaptureEvent> handler) => _events.Follow(handler);

    /// <inheritdoc/>
    public bool Join(ICaptureSink other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _fanout.Add(other);
    }

    /// <inheritdoc/>
    public Task<RecoveredFile> SaveAsync(SavedSpan span, CaptureTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Task.Factory.StartNew(
            () => Save(span, target.OpenFile)
                ? RecoveredFile.Read(target.Folder.PathOf(target.FileName))
                : throw new CaptureRefusedException(RefusalCode.CaptureNotRunning, "It is no recorder that runs: there is nothing to save."),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Writes to a file what a recorder has in memory, and what comes for some time. It blocks for as long.</summary>
    /// <param name="span">What belongs to it.</param>
    /// <param name="open">Makes the file.</param>
    /// <returns>false where it is no recorder that runs; nothing is made then.</returns>
    /// <exception cref="IOException">It can't be written.</exception>
    public bool Save(SavedSpan span, Func<FileSink> open) => _recorder?.Save(span, _clock, open) == true;

    /// <inheritdoc/>
    public void Report(string what, string detail) => _events.Add(new CaptureEvent(Timestamp.Now(_clock), what, detail));

    /// <inheritdoc/>
    public void CountLiveDropped(long packets) => _sources.Ledger.AddLiveDropped(packets);

    /// <inheritdoc/>
    public void RequestStop(StopReason reason) => _reader.RequestStop(reason);

    /// <inheritdoc/>
    public void SetMode(CaptureMode mode, DropGuard? guard = null)
    {
        // Who is refused by the guard may insist; it would be useless where the engine can't drop.
        if (mode == CaptureMode.Drop && _sources.CanDrop)
        {
            foreach (var nic in _sources.Interfaces)
                guard?.Check(nic);
        }

        _sources.SetMode(mode);
    }

    /// <inheritdoc/>
    public CaptureStatistics ReadStatistics(bool renewRates = false)
    {
        _sources.ReadCounters();
        return _sources.Ledger.Read(renewRates);
    }

    /// <summary>Ends the capture because the program ends, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        RequestStop(StopReason.Shutdown);
        await Ended.ConfigureAwait(false);
    }

    /// <summary>The interfaces that are asked for.</summary>
    /// <exception cref="CaptureRefusedException">One does not exist or is down, two are the same, or their packets start with different headers.</exception>
    private static List<CaptureInterface> FindInterfaces(CaptureSettings settings)
    {
        var interfaces = new List<CaptureInterface>();
        foreach (var name in settings.Interfaces)
        {
            var nic = CaptureInterfaces.Find(name) ?? throw new CaptureRefusedException(
                RefusalCode.InterfaceNotFound, $"There is no interface {name}. 'mgcap interfaces' and GET /api/interfaces list them.");
            if (!nic.Up)
                throw new CaptureRefusedException(RefusalCode.InterfaceDown, $"The interface {nic.Name} is down. Bring it up: ip link set {nic.Name} up");
            if (interfaces.Exists(other => other.Index == nic.Index))
                throw new CaptureRefusedException(RefusalCode.InvalidRequest, $"{nic.Name} is among the interfaces twice{(name == nic.Name ? "" : $", once as {name}")}. Name each interface once, by any of its names.");
            if (settings.Interfaces.Count > 1 && nic.IsAny)
                throw new CaptureRefusedException(RefusalCode.InvalidRequest, $"{nic.Name} is every interface, so it is named alone. Leave out the others, or {nic.Name}.");
            if (interfaces.Count > 0 && interfaces[0].LinkType != nic.LinkType)
            {
                throw new CaptureRefusedException(
                    RefusalCode.InvalidRequest,
                    $"The packets of {interfaces[0].Name} start with {interfaces[0].LinkType.Name} headers, those of {nic.Name} with {nic.LinkType.Name}: one capture takes one kind. Start a capture for each.");
            }

            interfaces.Add(nic);
        }

        return interfaces;
    }

    private void ReadRings()
    {
        try
        {
            _reason = _reader.Run();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            _blocks.Complete();
        }
    }

    private void WriteFile()
    {
        _writer.Run(failure => _reader.RequestStop(ReasonOf(failure)), () => _writer.Failure is { } failed ? ReasonOf(failed) : _reason);
        if (_writer.Failure is { } failure)
            Fail(failure);
        // It has said that no more will come, and may be about to return from that.
        _ringsThread.Join();
        _sources.Dispose();
        _fanout.Dispose();
        _ended.SetResult(new CaptureEnd(Timestamp.Now(_clock), _reason, _error));
    }

    private static StopReason ReasonOf(Exception failure) => failure switch
    {
        SinkFullException => StopReason.StorageFull,
        SinkClosedException => StopReason.User,
        _ => StopReason.Error,
    };

    private void Fail(Exception failure)
    {
        _reason = ReasonOf(failure);
        if (_reason != StopReason.User)
            Interlocked.CompareExchange(ref _error, failure.Message, null);
    }
}
