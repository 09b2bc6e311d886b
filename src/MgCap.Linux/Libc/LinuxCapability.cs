using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>linux/capability.h</summary>
internal static unsafe partial class LinuxCapability
{
    internal const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    internal struct __user_cap_header_struct
    {
        internal uint version;
        internal int pid;
    }

    internal struct __user_cap_data_struct
    {
        internal uint effective;
        internal uint permitted;
        internal uint inheritable;
    }

    /// <param name="hdrp">pid 0 is the calling thread.</param>
    /// <param name="datap">Two of them.</param>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int capset(__user_cap_header_struct* hdrp, __user_cap_data_struct* datap);
}
