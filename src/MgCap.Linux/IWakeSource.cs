namespace MgCap.Linux;

/// <summary>Something that a thread waits for in poll(2): its descriptor is readable until it is reset.</summary>
internal interface IWakeSource
{
    /// <summary>What to wait for; it stays the source's own.</summary>
    int Descriptor { get; }

    /// <summary>Makes the next wait last until the source is set again.</summary>
    void Reset();
}
