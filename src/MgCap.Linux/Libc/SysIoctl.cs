using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sys/ioctl.h with the requests and struct ifreq of net/if.h (netdevice(7))</summary>
internal static unsafe partial class SysIoctl
{
    internal const nuint SIOCETHTOOL = 0x8946;
    internal const nuint SIOCSHWTSTAMP = 0x89b0;
    internal const nuint SIOCGHWTSTAMP = 0x89b1;
    internal const nuint SIOCGIFNAME = 0x8910;
    internal const nuint FIONREAD = 0x541b;
    internal const int IFNAMSIZ = 16;

    internal struct ifreq
    {
        internal fixed byte ifr_name[IFNAMSIZ];
        internal void* ifr_data;
        internal fixed byte ifr_rest[16];
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(SafeFd fd, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(SafeHandle fd, nuint request, void* argument);
}
