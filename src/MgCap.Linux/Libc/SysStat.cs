using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>sys/stat.h</summary>
internal static unsafe partial class SysStat
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const uint STATX_BASIC_STATS = 0x7ff;
    internal const uint STATX_DIOALIGN = 0x2000;
    internal const ushort S_IFMT = 0xf000;
    internal const ushort S_IFIFO = 0x1000;
    internal const ushort S_IFDIR = 0x4000;
    internal const ushort S_IFBLK = 0x6000;
    internal const ushort S_IFREG = 0x8000;
    internal const ushort S_IFLNK = 0xa000;

    /// <summary>The members that are used; the same on every processor, other than struct stat.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct statx
    {
        [FieldOffset(0)]
        internal uint stx_mask;

        [FieldOffset(16)]
        internal uint stx_nlink;

        [FieldOffset(20)]
        internal uint stx_uid;

        [FieldOffset(28)]
        internal ushort stx_mode;

        [FieldOffset(40)]
        internal ulong stx_size;

        [FieldOffset(152)]
        internal uint stx_dio_mem_align;

        [FieldOffset(156)]
        internal uint stx_dio_offset_align;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx_(int dirfd, string pathname, int flags, uint mask, statx* statxbuf);
}
