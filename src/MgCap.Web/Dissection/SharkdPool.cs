using System.Diagnostics.CodeAnalysis;
using MgCap.Web.Configuration;
using MgCap.Web.Helpers;

namespace MgCap.Web.Dissection;

/// <summary>
/// Keeps a few helpers, each with the slice it had last. One that fails is replaced and asked again; where that fails too, the
/// slice, or the packet, is left alone for a while, and so is sharkd where it does not start. An answer that can't be read costs that
/// answer only. Display filters are another program's ("DisplaySearches"), so no filter holds a helper.
/// </summary>
public sealed partial class SharkdPool : IDisposable
{
    /// <summary>Helpers at the same time.</summary>
    internal const int MaxHelpers = 2;

    private const int Attempts = 2;
    private const int MaxLoads = 64;

    private static readonly TimeSpan _maxUseTime = TimeSpan.FromSeconds(SharkdHelper.MaxProcessorSeconds / 2);
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    private readonly object _changed = new();
    private readonly string _root;
    private readonly TimeProvider _clock;
    private readonly ILogger<SharkdPool> _log;
    private readonly List<SharkdHelper> _idle = []; // The one used last is at the end.
    private readonly Quarantine _quarantine;
    private int _helpers;
    private int _started;
    private bool _warming;
    private bool _sandboxLogged;
    private string? _unavailable;
    private DateTimeOffset _unavailableUntil;
    private bool _disposed;

    /// <summary>Clears up what a console that died left.</summary>
    public SharkdPool(DataFolder data, TimeProvider clock, ILogger<SharkdPool> log)
    {
        ArgumentNullException.ThrowIfNull(data);
        _root = data.Dissection;
        _clock = clock;
        _quarantine = new Quarantine(clock, _pause);
        _log = log;
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    /// <summary>Why there is no sharkd, for people; null where there is.</summary>
    public string? Unavailable
    {
        get
        {
            if (HelperSandbox.Find("sharkd") is null)
                return "sharkd is not installed; Debian has it in wireshark-common";
            lock (_changed)
                return _clock.GetUtcNow() < _unavailableUntil ? _unavailable : null;
        }
    }

    /// <summary>Whether there is a helper, or one is being started.</summary>
    internal bool IsWarm
    {
        get
        {
            lock (_changed)
                return _helpers > 0;
        }
    }

    /// <summary>Starts a helper where there is none: that takes longer than dissecting a slice, so it is done before someone waits for it.</summary>
    /// <returns>false where sharkd is unavailable.</returns>
    internal bool WarmUp()
    {
        if (Unavailable is not null)
            return false;
        int number;
        lock (_changed)
        {
            if (_disposed || _helpers > 0)
                return !_disposed;
            _helpers++;
            number = ++_started;
            _warming = true;
        }

        try
        {
            if (Start(number, Packets.Zones.Utc) is not { } helper)
                return false;
            Return(helper, good: true);
            return true;
        }
        finally
        {
            lock (_changed)
            {
                _warming = false;
                Monitor.PulseAll(_changed);
            }
        }
    }

    /// <summary>Lets a helper work on a slice.</summary>
    /// <param name="slice">What it is to have loaded.</param>
    /// <param name="packet">The packet that this is about; 0 for any of the slice. Where helpers fail with one packet's layers, others are still read.</param>
    /// <param name="work">Asks the helper.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="zone">The time zone that times are shown in; null where none are.</param>
    /// <returns>false where sharkd is unavailable, or not for this slice or packet.</returns>
    internal bool TryUse<T>(PacketSlice slice, long packet, Func<SharkdHelper, T> work, [MaybeNullWhen(false)] out T result, string? zone = null)
    {
        result = default;
        if (Unavailable is not null || _quarantine.Holds(slice.Key, packet))
            return false;
        var loaded = false;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (Take(slice, zone) is not { } helper)
                return false;
            var good = false;
            loaded = false;
            try
            {
                if (helper.Slice?.Key != slice.Key)
                    helper.Load(slice);
                loaded = true;
                result = work(helper);
                good = true;
                return true;
            }
            catch (SharkdAnswerException failure)
            {
                LogUnreadable(failure.Message, slice.Index.Files.Name, slice.FirstPacket + 1, slice.EndPacket);
                good = loaded;
                return false;
            }
            catch (Exception failure) when (failure is SharkdFailedException or SharkdRefusedException)
            {
                LogFailed(failure.Message, slice.Index.Files.Name, slice.FirstPacket + 1, slice.EndPacket);
            }
            finally
            {
                Return(helper, good);
            }
        }

        _quarantine.Add(slice.Key, loaded ? packet : 0);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        SharkdHelper[] idle;
        lock (_changed)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var helper in idle)
            helper.Dispose();
    }

    private SharkdHelper? Take(PacketSlice slice, string? zone)
    {
        bool Serves(SharkdHelper helper) => zone is null || helper.Zone == zone;
        SharkdHelper? replaced = null;
        int number;
        lock (_changed)
        {
            while (!_disposed && _idle.Count == 0 && (_warming || _helpers == MaxHelpers))
                Monitor.Wait(_changed);
            if (_disposed)
                return null;
            var at = _idle.FindIndex(helper => Serves(helper) && helper.Slice?.Key == slice.Key);
            if (at < 0)
                at = _idle.FindIndex(helper => Serves(helper) && helper.Slice is null);
            if (at < 0 && _helpers == MaxHelpers)
                at = Math.Max(0, _idle.FindIndex(Serves));
            if (at >= 0)
            {
                var helper = _idle[at];
                _idle.RemoveAt(at);
                if (Serves(helper))
                    return helper;
                // A process has one zone for its life: one of another zone takes its place.
                replaced = helper;
                _helpers--;
            }

            _helpers++;
            number = ++_started;
        }

        replaced?.Dispose();
        return Start(number, zone ?? Packets.Zones.Utc);
    }

    private SharkdHelper? Start(int number, string zone)
    {
        SharkdHelper? helper = null;
        try
        {
            helper = new SharkdHelper(Path.Combine(_root, number.ToString(System.Globalization.CultureInfo.InvariantCulture)), zone);
            helper.Ask("status").Dispose();
            if (!Interlocked.Exchange(ref _sandboxLogged, true) && HelperSandbox.Measures.Where(measure => !measure.Holds).ToList() is { Count: > 0 } missing)
                LogSandbox(string.Join("; ", missing.Select(measure => $"{measure.Name}: {measure.Problem}")));
            return helper;
        }
        catch (Exception exception) when (exception is SharkdFailedException or SharkdRefusedException)
        {
            var why = $"sharkd does not start as it should ({helper?.LastError ?? exception.Message})";
            helper?.Dispose();
            LogUnavailable(why);
            lock (_changed)
            {
                _helpers--;
                (_unavailable, _unavailableUntil) = (why, _clock.GetUtcNow() + _pause);
                Monitor.PulseAll(_changed);
            }

            return null;
        }
    }

    private void Return(SharkdHelper helper, bool good)
    {
        var keep = good && helper.Loads < MaxLoads && helper.ProcessorTime < _maxUseTime;
        lock (_changed)
        {
            keep &= !_disposed;
            if (keep)
                _idle.Add(helper);
        }

        if (!keep)
            helper.Dispose();
        lock (_changed)
        {
            if (!keep)
                _helpers--;
            Monitor.PulseAll(_changed);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Problem}, with packets {First} to {Last} of {Path}; another one takes its place")]
    private partial void LogFailed(string problem, string? path, long? first, long? last);

    [LoggerMessage(3, LogLevel.Warning, "{Problem}, with packets {First} to {Last} of {Path}; the built-in dissector reads what was asked for")]
    private partial void LogUnreadable(string problem, string? path, long? first, long? last);

    [LoggerMessage(4, LogLevel.Warning, "Programs that dissect packets are not confined in every way here ({Missing}); the rest holds, see sandbox in /api/system")]
    private partial void LogSandbox(string missing);

    [LoggerMessage(2, LogLevel.Warning, "{Problem}; packets are read by the built-in dissector")]
    private partial void LogUnavailable(string problem);
}
