using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux;

/// <summary>Owns a file descriptor of a kind that .NET has no handle for: a packet socket, an event counter, a BPF object.</summary>
public sealed class SafeFd : SafeHandleMinusOneIsInvalid
{
    private SafeFd(int fd)
        : base(ownsHandle: true)
    {
        SetHandle(fd);
    }

    /// <summary>
    /// Takes over the descriptor that a call returned, or throws when it returned an error. Such calls are declared to return
    /// int: as a SafeHandle it would be read as wide as a pointer, and an int of -1 need not fill that.
    /// </summary>
    /// <exception cref="LinuxException">With the errno of the last P/Invoke.</exception>
    internal static SafeFd Own(int fd, string attempt) => new(LinuxException.Check(fd, attempt));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.Unistd.close((int)handle) == 0;
}
