using System.Runtime.ExceptionServices;

namespace MgCap.Testing;

/// <summary>Runs code on one core.</summary>
public static class Pinned
{
    /// <summary>Runs it on a thread of its own that stays on the core, and waits for its end.</summary>
    public static T Run<T>(int core, Func<T> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Native.Pin(0, core);
                result = body();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
