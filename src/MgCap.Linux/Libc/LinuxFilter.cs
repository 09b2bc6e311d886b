namespace MgCap.Linux.Libc;

/// <summary>linux/filter.h</summary>
internal static class LinuxFilter
{
    internal const ushort BPF_LD = 0x00;
    internal const ushort BPF_W = 0x00;
    internal const ushort BPF_ABS = 0x20;
    internal const ushort BPF_JMP = 0x05;
    internal const ushort BPF_JEQ = 0x10;
    internal const ushort BPF_JGE = 0x30;
    internal const ushort BPF_JSET = 0x40;
    internal const ushort BPF_RET = 0x06;
    internal const ushort BPF_K = 0x00;

    internal unsafe struct sock_fprog
    {
        internal ushort len;
        internal ClassicInstruction* filter;
    }
}
