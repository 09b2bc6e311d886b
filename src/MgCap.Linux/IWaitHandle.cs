namespace MgCap.Linux;

/// <summary>Something that a thread waits for in poll(2).</summary>
public interface IWaitHandle
{
    /// <summary>The descriptor; it stays this one's own.</summary>
    int Descriptor { get; }
}

/// <summary>One whose descriptor is readable until it is reset.</summary>
public interface IWakeSource : IWaitHandle
{
    /// <summary>Makes the next wait last until the source is set again.</summary>
    void Reset();
}
