using System.Text;
using MgCap.Capture.Filtering;
using MgCap.Linux;
using MgCap.Linux.Libpcap;
using MgCap.Web.Configuration;

namespace MgCap.Web.Filters;

/// <summary>
/// Compiles capture filters in a few processes of their own, started when they are needed: libpcap can take long for a text, and can't be
/// interrupted. A filter has 2 s from when a helper has it, and ends with the request. Others wait in line; one helper is kept for short
/// texts, which are compiled in no time, so that these never wait for long ones.
/// </summary>
public sealed partial class FilterCompilerPool(MgCapOptions options, ILogger<FilterCompilerPool> log) : IFilterCompiler, IDisposable
{
    private const int MaxHelpers = 4;
    private const int ShortText = 500;
    private const int Attempts = 3;

    private readonly SemaphoreSlim _any = new(MaxHelpers);
    private readonly SemaphoreSlim _long = new(MaxHelpers - 1);
    private readonly Lock _lock = new();
    private readonly Stack<FilterHelper> _idle = new();
    private readonly HashSet<FilterHelper> _busy = [];
    private bool _disposed;

    /// <inheritdoc/>
    public async Task<ClassicInstruction[]> CompileAsync(FilterSource source, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        var isLong = Encoding.UTF8.GetByteCount(source.Text) > ShortText;
        if (isLong)
            await _long.WaitAsync(cancellation);
        try
        {
            await _any.WaitAsync(cancellation);
            try
            {
                return await AskAsync(source, cancellation);
            }
            finally
            {
                _any.Release();
            }
        }
        finally
        {
            if (isLong)
                _long.Release();
        }
    }

    /// <summary>Ends every helper.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            // Those that are busy are disposed of by the requests that have them.
            foreach (var helper in _busy)
                helper.Kill();
            foreach (var helper in _idle)
                helper.Dispose();
            _idle.Clear();
        }

        _any.Dispose();
        _long.Dispose();
    }

    /// <summary>A helper that failed is replaced and asked again; a text that ends every one of them is refused.</summary>
    private async Task<ClassicInstruction[]> AskAsync(FilterSource source, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await UseAsync(source, cancellation);
                return answer.Program ?? throw new FilterException(answer.Error!);
            }
            catch (FilterHelperFailedException failure)
            {
                LogFailed(failure.Message, failure.InnerException?.Message);
                if (attempt == Attempts)
                    throw new FilterException($"{failure.Message}; the console's log says more");
            }
        }
    }

    private async Task<FilterAnswer> UseAsync(FilterSource source, CancellationToken cancellation)
    {
        var helper = Take() ?? Keep(await FilterHelper.StartAsync(options.Filters.ResolveNames));
        var good = true;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            good = false;
            var answer = await helper.CompileAsync(source, cancellation);
            // One without a handle was started when no interface was up; another one may find one.
            good = !helper.IsWorn && (helper.HasSocketCompiler || !source.ForSocket || !Capabilities.MayOpenPacketSockets);
            return answer;
        }
        catch (OperationCanceledException)
        {
            LogEnded();
            throw;
        }
        finally
        {
            Return(helper, good);
        }
    }

    private FilterHelper? Take()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_idle.TryPop(out var helper))
                return null;
            _busy.Add(helper);
            return helper;
        }
    }

    private FilterHelper Keep(FilterHelper helper)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _busy.Add(helper);
                return helper;
            }
        }

        helper.Dispose();
        throw new ObjectDisposedException(nameof(FilterCompilerPool));
    }

    private void Return(FilterHelper helper, bool good)
    {
        lock (_lock)
        {
            _busy.Remove(helper);
            if (good && !_disposed)
            {
                _idle.Push(helper);
                return;
            }
        }

        helper.Dispose();
    }

    [LoggerMessage(1, LogLevel.Warning, "{Failure} ({Details}); another one is started")]
    private partial void LogFailed(string failure, string? details);

    [LoggerMessage(2, LogLevel.Debug, "A filter was no longer wanted while it was compiled")]
    private partial void LogEnded();
}
