namespace MgCap.Testing;

/// <summary>Whether there is something to read from a descriptor.</summary>
public static unsafe class Readable
{
    private const short PollIn = 1;

    /// <summary>Waits for it (poll(2)).</summary>
    public static bool Within(int milliseconds, int descriptor)
    {
        var entry = new Native.PollEntry { Descriptor = descriptor, Events = PollIn };
        return Native.Check(Native.poll(&entry, 1, milliseconds), "wait") == 1;
    }
}
