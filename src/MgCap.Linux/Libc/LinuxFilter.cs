namespace MgCap.Linux.Libc;

/// <summary>linux/filter.h</summary>
internal static class LinuxFilter
{
    internal const ushort BPF_RET = 0x06;
    internal const ushort BPF_K = 0x00;

    internal unsafe struct sock_fprog
    {
        internal ushort len;
        internal ClassicInstruction* filter;
    }
}
