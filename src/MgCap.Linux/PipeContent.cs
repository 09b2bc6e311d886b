using System.Runtime.InteropServices;
using MgCap.Linux.Libc;

namespace MgCap.Linux;

/// <summary>What lies in a pipe.</summary>
public static unsafe class PipeContent
{
    /// <summary>Bytes that were written and not yet read (FIONREAD of ioctl_tty(2)).</summary>
    /// <param name="pipe">Either end.</param>
    /// <exception cref="LinuxException">It is no pipe.</exception>
    public static int Bytes(SafeHandle pipe)
    {
        int bytes;
        LinuxException.Check(SysIoctl.ioctl(pipe, SysIoctl.FIONREAD, &bytes), "look into a pipe");
        return bytes;
    }
}
