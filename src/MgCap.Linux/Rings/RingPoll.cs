using System.Runtime.InteropServices;
using MgCap.Linux.Kmod;
using MgCap.Linux.Netlink;
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

    /// <summary>The rings and the events stay the caller's, and must outlive this. A change of the interface ends every wait.</summary>
    public RingPoll(IReadOnlyList<PacketRing> rings, WakeEvent wake, LinkWatch? link = null)
        : this(rings.Select(ring => ring.Socket), wake, link)
    {
    }

    /// <summary>For a BPF program's rings: the watch tells when the interface goes. All of them stay the caller's, and must outlive this.</summary>
    public RingPoll(InterfaceWatch watch, WakeEvent wake, BpfDoorbell bell, ClockStepEvent clock, LinkWatch? link = null)
        : this([watch.Socket], wake, bell, clock, link)
    {
    }

    /// <summary>For rings whose device tells that there is something to read.</summary>
    public RingPoll(InterfaceWatch watch, SlotDevice device, WakeEvent wake, LinkWatch? link = null)
        : this([watch.Socket, device.Fd], wake, link)
    {
    }

    private RingPoll(IEnumerable<SafeFd> sockets, params IWakeSource?[] wakes)
    {
        _wakes = [.. wakes.OfType<IWakeSource>()];
        _entries = [.. _wakes.Select(wake => Entry(wake.Descriptor)), .. sockets.Select(socket => Entry((int)socket.DangerousGetHandle()))];
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

    private static pollfd Entry(int descriptor) => new() { fd = descriptor, events = POLLIN };
}
