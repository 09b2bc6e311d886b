namespace MgCap.Testing;

/// <summary>
/// A control for measurements of processor time: a thread that does nothing but use a processor, and is called like a capture's, so that
/// <see cref="CaptureThreads"/> measures it as well. How long it takes to use a second is how long this machine takes to give one away.
/// </summary>
public sealed class BusyThread : IDisposable
{
    private const string Interface = "busy0";

    private readonly Thread _thread;
    private volatile bool _enough;

    /// <summary>Begins to use a processor.</summary>
    public BusyThread()
    {
        _thread = new Thread(Work) { Name = $"rings {Interface}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The processor time that it has used, by the means that captures are measured with.</summary>
    public static TimeSpan CpuTime => CaptureThreads.CpuTime(Environment.ProcessId, Interface);

    /// <summary>Waits until it has used so much processor time.</summary>
    /// <param name="time">How much. A machine that is busy with something else takes longer.</param>
    public static void WaitUntilItUsed(TimeSpan time) => Wait.Until(() => CpuTime >= time, $"{time.TotalSeconds} s of a processor");

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _enough = true;
        _thread.Join();
    }

    private void Work()
    {
        while (!_enough)
            Thread.SpinWait(1000);
    }
}
