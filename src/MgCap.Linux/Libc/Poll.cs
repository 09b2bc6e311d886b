using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>poll.h</summary>
internal static unsafe partial class Poll
{
    internal const short POLLIN = 0x1;
    internal const short POLLOUT = 0x4;
    internal const short POLLERR = 0x8;
    internal const short POLLHUP = 0x10;

    internal struct pollfd
    {
        internal int fd;
        internal short events;
        internal short revents;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(pollfd* fds, ulong nfds, int timeout);
}
