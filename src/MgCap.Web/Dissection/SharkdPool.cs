using System.Diagnostics.CodeAnalysis;
using MgCap.Web.Configuration;

namespace MgCap.Web.Dissection;

/// <summary>
/// Keeps a few helpers, each with the slice it had last. One that fails is replaced and asked again; where that fails too, the
/// slice is left alone for a while, and so is sharkd where it does not start.
/// </summary>
public sealed partial class SharkdPool : IDisposable
{
    /// <summary>Helpers at the same time.</summary>
    internal const int MostHelpers = 2;

    private const int Attempts = 2;
    private const int MostLoads = 64;
    private const int MostShunned = 256;

    private static readonly TimeSpan _longestUse = TimeSpan.FromSeconds(SharkdConfinement.MostProcessorSeconds / 2);
    private static readonly TimeSpan _shunned = TimeSpan.FromMinutes(1);

    private readonly object _changed = new();
    private readonly string _root;
    private readonly TimeProvider _clock;
    private readonly ILogger<SharkdPool> _log;
    private readonly List<SharkdHelper> _idle = []; // The one used last is at the end.
    private readonly Dictionary<(string, long, long), DateTimeOffset> _shunnedSlices = [];
    private int _helpers;
    private int _started;
    private bool _warming;
    private string? _unavailable;
    private DateTimeOffset _unavailableUntil;
    private bool _disposed;

    /// <summary>Clears up what a console that died left.</summary>
    public SharkdPool(DataFolder data, TimeProvider clock, ILogger<SharkdPool> log)
    {
        ArgumentNullException.ThrowIfNull(data);
        _root = data.Dissection;
        _clock = clock;
        _log = log;
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    /// <summary>Why there is no sharkd, for people; null where there is.</summary>
    public string? Unavailable
    {
        get
        {
            if (SharkdConfinement.Missing() is { } missing)
                return $"{missing} is not installed; Debian has it in {(missing == "sharkd" ? "wireshark-common" : "util-linux")}";
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
    /// <returns>false where sharkd is not to be had.</returns>
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
            if (Start(number) is not { } helper)
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
    /// <param name="slice">What it is to have loaded; null for nothing in particular.</param>
    /// <param name="work">Asks the helper.</param>
    /// <param name="result">What came of it.</param>
    /// <returns>false where sharkd is not to be had, or not for this slice.</returns>
    internal bool TryUse<T>(PacketSlice? slice, Func<SharkdHelper, T> work, [MaybeNullWhen(false)] out T result)
    {
        result = default;
        if (Unavailable is not null || (slice is not null && IsShunned(slice)))
            return false;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (Take(slice) is not { } helper)
                return false;
            var good = false;
            try
            {
                if (slice is not null && helper.Slice?.Key != slice.Key)
                    helper.Load(slice);
                result = work(helper);
                good = true;
                return true;
            }
            catch (Exception failure) when (failure is SharkdFailedException or SharkdRefusedException)
            {
                LogFailed(failure.Message, slice?.Index.Path, slice?.FirstPacket + 1, slice?.EndPacket);
            }
            finally
            {
                Return(helper, good);
            }
        }

        if (slice is not null)
            Shun(slice);
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

    private SharkdHelper? Take(PacketSlice? slice)
    {
        int number;
        lock (_changed)
        {
            while (!_disposed && _idle.Count == 0 && (_warming || _helpers == MostHelpers))
                Monitor.Wait(_changed);
            if (_disposed)
                return null;
            var at = slice is null ? _idle.Count - 1 : _idle.FindIndex(helper => helper.Slice?.Key == slice.Key);
            if (at < 0)
                at = _idle.FindIndex(helper => helper.Slice is null);
            if (at < 0 && _helpers == MostHelpers)
                at = 0;
            if (at >= 0)
            {
                var helper = _idle[at];
                _idle.RemoveAt(at);
                return helper;
            }

            _helpers++;
            number = ++_started;
        }

        return Start(number);
    }

    private SharkdHelper? Start(int number)
    {
        SharkdHelper? helper = null;
        try
        {
            helper = new SharkdHelper(Path.Combine(_root, number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            helper.Ask("status").Dispose();
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
                (_unavailable, _unavailableUntil) = (why, _clock.GetUtcNow() + _shunned);
                Monitor.PulseAll(_changed);
            }

            return null;
        }
    }

    private void Return(SharkdHelper helper, bool good)
    {
        var keep = good && helper.Loads < MostLoads && helper.ProcessorTime < _longestUse;
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

    private bool IsShunned(PacketSlice slice)
    {
        lock (_changed)
            return _shunnedSlices.TryGetValue(slice.Key, out var until) && _clock.GetUtcNow() < until;
    }

    private void Shun(PacketSlice slice)
    {
        lock (_changed)
        {
            if (_shunnedSlices.Count >= MostShunned)
                _shunnedSlices.Clear();
            _shunnedSlices[slice.Key] = _clock.GetUtcNow() + _shunned;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Problem}, with packets {First} to {Last} of {Path}; another one takes its place")]
    private partial void LogFailed(string problem, string? path, long? first, long? last);

    [LoggerMessage(2, LogLevel.Warning, "{Problem}; packets are shown by MgCap's own means")]
    private partial void LogUnavailable(string problem);
}
