using System.Globalization;
using System.Runtime.InteropServices;
using static MgCap.Linux.Libc.Pwd;

namespace MgCap.Linux;

/// <summary>A user of this machine, as its lists of users and groups have it (getpwuid(3), getgrouplist(3)).</summary>
public sealed unsafe class SystemUser
{
    private const int BufferLength = 64 * 1024;
    private const int MaxGroups = 65_536;

    private readonly uint[] _groups;

    private SystemUser(uint id, string name, uint[] groups) => (Id, Name, _groups) = (id, name, groups);

    /// <summary>Its number.</summary>
    public uint Id { get; }

    /// <summary>Its name; its number where it has none.</summary>
    public string Name { get; }

    /// <summary>The user of a number. Where the lists come from a server on the network, this may take as long as that does.</summary>
    public static SystemUser Of(uint id)
    {
        var buffer = new byte[BufferLength];
        fixed (byte* first = buffer)
        {
            passwd entry;
            passwd* found;
            return getpwuid_r(id, &entry, first, BufferLength, &found) == 0 && found != null
                ? new SystemUser(id, Text(found->pw_name), GroupsOf(found))
                : new SystemUser(id, id.ToString(CultureInfo.InvariantCulture), []);
        }
    }

    /// <summary>Whether it is a member of a group, as its own group or a further one; false where there is no such group.</summary>
    public bool IsMemberOf(string group)
    {
        var buffer = new byte[BufferLength];
        fixed (byte* first = buffer)
        {
            group entry;
            group* found;
            return getgrnam_r(group, &entry, first, BufferLength, &found) == 0 && found != null && _groups.Contains(found->gr_gid);
        }
    }

    private static uint[] GroupsOf(passwd* user)
    {
        for (var room = 64; room <= MaxGroups; room *= 4)
        {
            var groups = new uint[room];
            var count = room;
            fixed (uint* first = groups)
            {
                if (getgrouplist(user->pw_name, user->pw_gid, first, &count) >= 0)
                    return groups[..count];
            }
        }

        return [user->pw_gid];
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
