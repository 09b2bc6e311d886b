using MgCap.Linux.Libc;

namespace MgCap.Linux;

/// <summary>Wakes a thread that waits in poll(2): an event counter of the kernel (eventfd(2)).</summary>
public sealed unsafe class WakeEvent : IWakeSource, IDisposable
{
    private readonly SafeFd _fd;

    /// <summary>Makes the event; it is not set.</summary>
    public WakeEvent()
    {
        _fd = SafeFd.Own(SysEventfd.eventfd(0, SysEventfd.EFD_CLOEXEC | SysEventfd.EFD_NONBLOCK), "create an event counter");
    }

    int IWaitHandle.Descriptor => (int)_fd.DangerousGetHandle();

    /// <summary>Sets the event. May be called from any thread.</summary>
    public void Set()
    {
        ulong one = 1;
        // EAGAIN means that the counter is at its limit, so the event is set already.
        Unistd.write(_fd, &one, sizeof(ulong));
    }

    /// <summary>Clears the event.</summary>
    public void Reset()
    {
        ulong count;
        Unistd.read(_fd, &count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();
}
