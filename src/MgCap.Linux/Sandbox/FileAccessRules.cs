using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxLandlock;

namespace MgCap.Linux.Sandbox;

/// <summary>Landlock (landlock(7)): which files a thread, and every process that it starts, can still open. Needs no privilege.</summary>
internal static unsafe class FileAccessRules
{
    // The same on every processor.
    private const nint CreateRuleset = 444;
    private const nint AddRule = 445;
    private const nint RestrictSelf = 446;

    // Version 1 of the interface, Linux 5.13.
    private const ulong All = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    private const ulong ReadFile = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;

    /// <summary>Lets the calling thread read and run what is at or below some paths, and nothing else. It must have no_new_privs.</summary>
    /// <param name="readable">Files and folders; those that do not exist are left out.</param>
    /// <exception cref="LinuxException">The kernel has no Landlock, or it is switched off.</exception>
    internal static void Enter(IEnumerable<string> readable)
    {
        const string Attempt = "restrict the files that can be opened";
        var attributes = new landlock_ruleset_attr { handled_access_fs = All };
        using var rules = SafeFd.Own((int)Unistd.syscall(CreateRuleset, (nint)(&attributes), sizeof(landlock_ruleset_attr), 0, 0), Attempt);
        foreach (var path in readable)
        {
            var isFolder = Directory.Exists(path);
            if (!isFolder && !File.Exists(path))
                continue;
            using var place = SafeFd.Own(Fcntl.open(path, Fcntl.O_PATH | Fcntl.O_CLOEXEC), $"open {path}");
            var rule = new landlock_path_beneath_attr
            {
                allowed_access = isFolder ? ReadFile | LANDLOCK_ACCESS_FS_READ_DIR : ReadFile,
                parent_fd = (int)place.DangerousGetHandle(),
            };
            LinuxException.Check(
                (int)Unistd.syscall(AddRule, rules.DangerousGetHandle(), LANDLOCK_RULE_PATH_BENEATH, (nint)(&rule), 0), $"allow {path} to be read");
        }

        LinuxException.Check((int)Unistd.syscall(RestrictSelf, rules.DangerousGetHandle(), 0, 0, 0), Attempt);
    }
}
