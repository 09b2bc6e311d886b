namespace MgCap.Linux.Libc;

/// <summary>linux/seccomp.h and linux/audit.h</summary>
internal static class LinuxSeccomp
{
    internal const nuint SECCOMP_MODE_FILTER = 2;
    internal const int SECCOMP_SET_MODE_FILTER = 1;
    internal const int SECCOMP_FILTER_FLAG_TSYNC = 1;
    internal const uint SECCOMP_RET_ALLOW = 0x7fff0000;
    internal const uint SECCOMP_RET_ERRNO = 0x00050000;
    internal const uint AUDIT_ARCH_X86_64 = 0xc000003e;
    internal const uint AUDIT_ARCH_AARCH64 = 0xc00000b7;

    internal unsafe struct seccomp_data
    {
        internal int nr;
        internal uint arch;
        internal ulong instruction_pointer;
        internal fixed ulong args[6];
    }
}
