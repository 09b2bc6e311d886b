using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>linux/landlock.h. Its calls have one number on every processor, and no function in libc.</summary>
internal static class LinuxLandlock
{
    internal const uint LANDLOCK_CREATE_RULESET_VERSION = 1;
    internal const int LANDLOCK_RULE_PATH_BENEATH = 1;
    internal const ulong LANDLOCK_ACCESS_FS_EXECUTE = 1 << 0;
    internal const ulong LANDLOCK_ACCESS_FS_READ_FILE = 1 << 2;
    internal const ulong LANDLOCK_ACCESS_FS_READ_DIR = 1 << 3;
    internal const ulong LANDLOCK_ACCESS_FS_MAKE_SYM = 1 << 12;

    /// <summary>As it was at first: later kernels take a longer one, and this one too.</summary>
    internal struct landlock_ruleset_attr
    {
        internal ulong handled_access_fs;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct landlock_path_beneath_attr
    {
        internal ulong allowed_access;
        internal int parent_fd;
    }
}
