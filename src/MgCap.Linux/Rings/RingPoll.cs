using System.Runtime.InteropServices;
using MgCap.Linux.Kmod;
using static MgCap.Linux.Libc.Poll;

namespace MgCap.Linux.Rings;

/// <summary>What a wait for packets ended with.</summary>
public enum WaitOutcome
{
    /// <summary>A ring has a block to take, the time is up, or the wait was woken.</summary>
    LookAgain,
    /// <summary>A socket has an error to report.</summary>
    Error,
    /// <summary>The capture was ended; what is in the rings is the last.</summary>
    Ended,
}

/// <summary>Waits with poll(2) on several rings and one event. Used by the thread that reads the rings.</summary>
public sealed unsafe class RingPoll
{
    private readonly pollfd[] _entries;
    private readonly WakeEvent _wake;

    /// <summary>The rings and the event stay the caller's, and must outlive this.</summary>
    public RingPoll(IReadOnlyList<PacketRing> rings, WakeEvent wake)
        : this(wake, rings.Select(ring => ring.Socket))
    {
    }

    /// <summary>For rings that wake nobody: the watch tells when the interface goes.</summary>
    public RingPoll(InterfaceWatch watch, WakeEvent wake)
        : this(wake, [watch.Socket])
    {
    }

    /// <summary>For rings whose device tells that there is something to read.</summary>
    public RingPoll(InterfaceWatch watch, SlotDevice device, WakeEvent wake)
        : this(wake, [watch.Socket, device.Fd])
    {
    }

    private RingPoll(WakeEvent wake, IEnumerable<SafeFd> sockets)
    {
        _wake = wake;
        _entries = [Entry(wake.Fd), .. sockets.Select(Entry)];
    }

    /// <summary>Waits until a ring has a block, a socket has an error, the event is set, or the time is up.</summary>
    /// <param name="milliseconds">The longest wait; -1 for no limit.</param>
    public WaitOutcome WaitForPackets(int milliseconds) => Wait(_entries.Length, milliseconds);

    /// <summary>As the other wait, whatever the rings hold, where a watch tells when the interface goes.</summary>
    public WaitOutcome WaitForWatch(int milliseconds) => Wait(2, milliseconds);

    /// <summary>Waits until the event is set or the time is up, whatever the rings hold: a taken block would end the other wait at once.</summary>
    public void WaitForWake(int milliseconds) => Wait(1, milliseconds);

    private WaitOutcome Wait(int count, int milliseconds)
    {
        fixed (pollfd* entries = _entries)
        {
            var ready = poll(entries, (ulong)count, milliseconds);
            if (ready < 0)
            {
                var errno = (Errno)Marshal.GetLastPInvokeError();
                return errno == Errno.EINTR ? WaitOutcome.LookAgain : throw new LinuxException("wait for packets", errno);
            }
        }

        if ((_entries[0].revents & POLLIN) != 0)
            _wake.Reset();
        for (var i = 1; i < count; i++)
        {
            if ((_entries[i].revents & POLLERR) != 0)
                return WaitOutcome.Error;
            if ((_entries[i].revents & POLLHUP) != 0)
                return WaitOutcome.Ended;
        }

        return WaitOutcome.LookAgain;
    }

    private static pollfd Entry(SafeFd fd) => new() { fd = (int)fd.DangerousGetHandle(), events = POLLIN };
}
