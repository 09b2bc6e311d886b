namespace MgCap.Linux;

/// <summary>
/// Follows symbolic links as the kernel does with fs.protected_symlinks on, wherever that is off: in a folder that everybody may
/// write to (sticky, such as /tmp), only one's own links and those of the folder's owner (proc(5), /proc/sys/fs/protected_symlinks).
/// </summary>
internal static class LinkPolicy
{
    private const int MaxLinks = 40;
    private const string Proc = "/proc/";

    /// <summary>The path without links; its last part need not exist.</summary>
    /// <exception cref="LinuxException">ENOENT, ENOTDIR, ELOOP; EACCES for a link that is not to be followed.</exception>
    internal static string Resolve(string path)
    {
        var (current, links) = (path.StartsWith('/') ? "/" : Environment.CurrentDirectory, 0);
        var rest = new Stack<string>();
        Push(rest, path);
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? "/";
                continue;
            }

            var next = Path.Join(current, part);
            // Links there are the kernel's, and lead to what has no name: /proc/self/fd/5.
            if (next.StartsWith(Proc, StringComparison.Ordinal))
                return Path.Join([next, .. rest]);
            if (FileStatus.Of(next) is not { } status)
                return rest.Count == 0 ? next : throw new LinuxException($"open {path}", Errno.ENOENT);
            if (!status.IsLink)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
                throw new LinuxException($"open {path}", Errno.ELOOP);
            RequireTrusted(status, current, $"open {path}", $"{next} is a link of another user in a folder that everybody may write to");
            var target = new FileInfo(next).LinkTarget!;
            if (target.StartsWith('/'))
                current = "/";
            Push(rest, target);
        }

        return current;
    }

    /// <summary>Refuses what another user has put into a folder that everybody may write to.</summary>
    internal static void RequireTrusted(in FileStatus status, string folder, string attempt, string problem)
    {
        if (!status.IsOwn && FileStatus.Of(folder) is { } parent && status.OwnerId != parent.OwnerId
            && parent.Permissions.HasFlag(UnixFileMode.StickyBit | UnixFileMode.OtherWrite))
            throw new LinuxException(attempt, Errno.EACCES, problem);
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (var part in path.Split('/').Reverse())
        {
            if (part is not ("" or "."))
                rest.Push(part);
        }
    }
}
