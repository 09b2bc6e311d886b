using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux.Libc;

/// <summary>fcntl.h</summary>
internal static partial class Fcntl
{
    internal const int FALLOC_FL_KEEP_SIZE = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fallocate(SafeFileHandle fd, int mode, long offset, long len);
}
