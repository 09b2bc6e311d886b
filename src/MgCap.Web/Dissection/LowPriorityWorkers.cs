using System.Collections.Concurrent;
using MgCap.Linux;
using MgCap.Web.Api;

namespace MgCap.Web.Dissection;

/// <summary>More wait for the reading threads than is good.</summary>
public sealed class ReadersBusyException() : RefusalException(ProblemCode.ReadersBusy, "Try again in a few seconds.");

/// <summary>
/// Threads on which captures are read for people: few, and behind everyone else in the scheduler's eyes, so that a capture
/// that runs does not feel them.
/// </summary>
public sealed class LowPriorityWorkers : IDisposable
{
    private const int LastInLine = 10;
    private const int MaxWaiting = 64;

    private readonly BlockingCollection<Action> _work = new(MaxWaiting);

    /// <summary>Starts them.</summary>
    /// <param name="name">What they are for.</param>
    /// <param name="count">How many.</param>
    /// <param name="nice">How far behind everyone else, up to 19.</param>
    public LowPriorityWorkers(string name, int count, int nice = LastInLine)
    {
        for (var i = 0; i < count; i++)
            new Thread(() => Run(nice)) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Does something on one of the threads.</summary>
    /// <param name="work">What.</param>
    /// <param name="cancellation">Ends the wait for a thread, not the work.</param>
    /// <exception cref="ReadersBusyException">Too many wait already.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Do()
        {
            if (cancellation.IsCancellationRequested)
            {
                done.SetCanceled(cancellation);
                return;
            }

            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        }

        return _work.TryAdd(Do) ? done.Task : throw new ReadersBusyException();
    }

    /// <inheritdoc/>
    public void Dispose() => _work.CompleteAdding();

    private void Run(int nice)
    {
        CurrentThread.YieldToOthers(nice);
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
