using System.Runtime.InteropServices;
using static MgCap.Linux.Libc.Poll;

namespace MgCap.Linux;

/// <summary>Writes to a descriptor that may be a pipe or a terminal, non-blocking or not (write(2), poll(2)).</summary>
internal static unsafe class DescriptorWriter
{
    /// <summary>Waits until all is written.</summary>
    internal const int NoLimit = -1;

    // PIPE_BUF of pipe(7): a pipe that poll(2) reports as writable takes this much without blocking.
    private const int PipeBuffer = 4096;

    /// <summary>Writes all of it, waiting for room.</summary>
    /// <param name="fd">Where.</param>
    /// <param name="bytes">What.</param>
    /// <param name="milliseconds">How long to wait for room, each time there is none; <see cref="NoLimit"/> for as long as it takes.</param>
    /// <returns>None when all is written; EAGAIN when the time was up; otherwise the error of write(2).</returns>
    internal static Errno Write(int fd, ReadOnlySpan<byte> bytes, int milliseconds)
    {
        while (!bytes.IsEmpty)
        {
            // With a limit, also a descriptor that blocks must not: it is asked first, and given no more than it has room for.
            if (milliseconds != NoLimit && !IsWritable(fd, milliseconds))
                return Errno.EAGAIN;
            var length = milliseconds == NoLimit ? bytes.Length : Math.Min(bytes.Length, PipeBuffer);
            fixed (byte* start = bytes)
            {
                var written = Libc.Unistd.write(fd, start, (nuint)length);
                if (written >= 0)
                {
                    bytes = bytes[(int)written..];
                    continue;
                }
            }

            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    if (!IsWritable(fd, milliseconds))
                        return Errno.EAGAIN;
                    break;
                case var errno:
                    return errno;
            }
        }

        return Errno.None;
    }

    /// <returns>false when the time was up; true also where write(2) would report an error.</returns>
    private static bool IsWritable(int fd, int milliseconds)
    {
        var entry = new pollfd { fd = fd, events = POLLOUT };
        while (true)
        {
            var ready = poll(&entry, 1, milliseconds);
            if (ready >= 0)
                return ready > 0;
            if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                return true;
        }
    }
}
