namespace MgCap.Linux.Libc;

/// <summary>linux/filter.h</summary>
internal static class LinuxFilter
{
    internal unsafe struct sock_fprog
    {
        internal ushort len;
        internal ClassicInstruction* filter;
    }
}
