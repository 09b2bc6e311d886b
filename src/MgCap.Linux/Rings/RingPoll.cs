using System.Runtime.InteropServices;
using static MgCap.Linux.Libc.Poll;

namespace MgCap.Linux.Rings;

/// <summary>What a wait for packets ended with.</summary>
public enum WaitOutcome
{
    /// <summary>A ring has a block to take, the time is up, or the wait was woken.</summary>
    Refresh,
    /// <summary>A socket has an error to report.</summary>
    Error,
    /// <summary>The capture was ended; what is in the rings is the last.</summary>
    Ended,
}

/// <summary>What a wait ends with, beside its time.</summary>
public enum WaitFor
{
    /// <summary>Nothing.</summary>
    Nothing,
    /// <summary>An event that is set. A block that is held would end the other waits at once.</summary>
    Wakes,
    /// <summary>The same, and what the watch tells, where there is one.</summary>
    Watch,
    /// <summary>The same, and a ring that has a block.</summary>
    Packets,
}

/// <summary>Waits with poll(2) on several rings and events. Used by the thread that reads the rings.</summary>
public sealed unsafe class RingPoll
{
    private readonly pollfd[] _entries;
    private readonly IWakeSource[] _wakes;
    private int _chosen;

    /// <summary>All of them stay the caller's, and must outlive this.</summary>
    /// <param name="handles">What tells that there is something to read; where a watch tells when the interface goes, it is the first.</param>
    /// <param name="wakes">What ends every wait.</param>
    public RingPoll(IReadOnlyList<IWaitHandle> handles, params IReadOnlyList<IWakeSource> wakes)
    {
        ArgumentNullException.ThrowIfNull(handles);
        ArgumentNullException.ThrowIfNull(wakes);
        _wakes = [.. wakes];
        _entries = [.. wakes.Concat<IWaitHandle>(handles).Select(handle => new pollfd { fd = handle.Descriptor, events = POLLIN })];
    }

    /// <summary>Waits by several at once, each for what it was told to wait for.</summary>
    /// <param name="polls">They.</param>
    /// <param name="milliseconds">The longest wait; -1 for no limit.</param>
    public static void Wait(ReadOnlySpan<RingPoll> polls, int milliseconds)
    {
        if (polls.Length == 1)
        {
            Wait(polls[0].Chosen, milliseconds);
            return;
        }

        var count = 0;
        foreach (var one in polls)
            count += one._chosen;
        Span<pollfd> together = stackalloc pollfd[count];
        var rest = together;
        foreach (var one in polls)
        {
            one.Chosen.CopyTo(rest);
            rest = rest[one._chosen..];
        }

        Wait(together, milliseconds);
        rest = together;
        foreach (var one in polls)
        {
            rest[..one._chosen].CopyTo(one.Chosen);
            rest = rest[one._chosen..];
        }
    }

    /// <summary>Says what the next wait is to end with.</summary>
    public void Choose(WaitFor what) => _chosen = what switch
    {
        WaitFor.Nothing => 0,
        WaitFor.Wakes => _wakes.Length,
        WaitFor.Watch => _wakes.Length + 1,
        _ => _entries.Length,
    };

    /// <summary>Waits until a ring has a block, a socket has an error, an event is set, or the time is up.</summary>
    /// <param name="milliseconds">The longest wait; -1 for no limit.</param>
    public WaitOutcome WaitForPackets(int milliseconds)
    {
        Choose(WaitFor.Packets);
        Wait(Chosen, milliseconds);
        return TakeOutcome();
    }

    /// <summary>What the wait has ended with. Events that are set are so no longer.</summary>
    public WaitOutcome TakeOutcome()
    {
        for (var i = 0; i < _wakes.Length && i < _chosen; i++)
        {
            // Netlink has an error to report where notices were lost.
            if ((_entries[i].revents & (POLLIN | POLLERR)) != 0)
                _wakes[i].Reset();
        }

        for (var i = _wakes.Length; i < _chosen; i++)
        {
            if ((_entries[i].revents & POLLERR) != 0)
                return WaitOutcome.Error;
            if ((_entries[i].revents & POLLHUP) != 0)
                return WaitOutcome.Ended;
        }

        return WaitOutcome.Refresh;
    }

    private Span<pollfd> Chosen => _entries.AsSpan(0, _chosen);

    private static void Wait(Span<pollfd> chosen, int milliseconds)
    {
        fixed (pollfd* entries = chosen)
        {
            if (poll(entries, (ulong)chosen.Length, milliseconds) >= 0)
                return;
        }

        var errno = (Errno)Marshal.GetLastPInvokeError();
        if (errno != Errno.EINTR)
            throw new LinuxException("wait for packets", errno);
        foreach (ref var entry in chosen)
            entry.revents = 0;
    }
}
