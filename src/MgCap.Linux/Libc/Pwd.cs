using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>pwd.h and grp.h</summary>
internal static unsafe partial class Pwd
{
    [StructLayout(LayoutKind.Sequential)]
    internal struct passwd
    {
        internal byte* pw_name;
        internal byte* pw_passwd;
        internal uint pw_uid;
        internal uint pw_gid;
        internal byte* pw_gecos;
        internal byte* pw_dir;
        internal byte* pw_shell;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct group
    {
        internal byte* gr_name;
        internal byte* gr_passwd;
        internal uint gr_gid;
        internal byte** gr_mem;
    }

    /// <returns>0, or an errno; what was found is in result, which is null where nothing was.</returns>
    [LibraryImport("libc")]
    internal static partial int getpwuid_r(uint uid, passwd* pwd, byte* buf, nuint buflen, passwd** result);

    /// <inheritdoc cref="getpwuid_r"/>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int getgrnam_r(string name, group* grp, byte* buf, nuint buflen, group** result);

    /// <returns>How many there are; -1 where there is no room for them, and then ngroups says how many.</returns>
    [LibraryImport("libc")]
    internal static partial int getgrouplist(byte* user, uint group, uint* groups, int* ngroups);
}
