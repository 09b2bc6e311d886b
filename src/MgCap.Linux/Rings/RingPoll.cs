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

/// <summary>Waits with poll(2) on several rings and events. Used by the thread that reads the rings.</summary>
public sealed unsafe class RingPoll
{
    private readonly pollfd[] _entries;
    private readonly IWakeSource[] _wakes;

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

    /// <summary>Waits until a ring has a block, a socket has an error, an event is set, or the time is up.</summary>
    /// <param name="milliseconds">The longest wait; -1 for no limit.</param>
    public WaitOutcome WaitForPackets(int milliseconds) => Wait(_entries.Length, milliseconds);

    /// <summary>As the other wait, whatever the rings hold, where a watch tells when the interface goes.</summary>
    public WaitOutcome WaitForWatch(int milliseconds) => Wait(_wakes.Length + 1, milliseconds);

    /// <summary>Waits until an event is set or the time is up, whatever the rings hold: a taken block would end the other wait at once.</summary>
    public void WaitForWake(int milliseconds) => Wait(_wakes.Length, milliseconds);

    private WaitOutcome Wait(int count, int milliseconds)
    {
        fixed (pollfd* entries = _entries)
        {
            var ready = poll(entries, (ulong)count, milliseconds);
            if (ready < 0)
            {
                var errno = (Errno)Marshal.GetLastPInvokeError();
                return errno == Errno.EINTR ? WaitOutcome.Refresh : throw new LinuxException("wait for packets", errno);
            }
        }

        for (var i = 0; i < _wakes.Length; i++)
        {
            // Netlink has an error to report where notices were lost.
            if ((_entries[i].revents & (POLLIN | POLLERR)) != 0)
                _wakes[i].Reset();
        }

        for (var i = _wakes.Length; i < count; i++)
        {
            if ((_entries[i].revents & POLLERR) != 0)
                return WaitOutcome.Error;
            if ((_entries[i].revents & POLLHUP) != 0)
                return WaitOutcome.Ended;
        }

        return WaitOutcome.Refresh;
    }
}
