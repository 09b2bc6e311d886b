using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>signal.h</summary>
internal static partial class Signal
{
    internal const nint SIG_DFL = 0;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint signal(int signum, nint handler);
}
