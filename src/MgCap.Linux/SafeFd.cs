using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux;

/// <summary>Owns a file descriptor of a kind that .NET has no handle for: a packet socket, an event counter, a BPF object.</summary>
public sealed class SafeFd : SafeHandleMinusOneIsInvalid
{
    /// <summary>For the marshaller, which fills in what a call returned.</summary>
    public SafeFd()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Takes over a descriptor that a call outside this class returned.</summary>
    internal SafeFd(int fd)
        : base(ownsHandle: true)
    {
        SetHandle(fd);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.Unistd.close((int)handle) == 0;
}
