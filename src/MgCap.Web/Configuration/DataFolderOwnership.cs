using MgCap.Linux;

namespace MgCap.Web.Configuration;

/// <summary>
/// Sees to it that nobody but its user can reach, or has prepared, what is in the data directory: packets are read from there, and the
/// console writes there with all of its rights.
/// </summary>
internal static class DataFolderOwnership
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly string[] _folders = ["captures", "logs", "keys"];
    private static readonly string[] _files = ["lock", "mgcap.db", "mgcap.db-wal", "mgcap.db-shm", "mgcap.db-journal"];

    /// <summary>Requires a directory of the console's own user. One that others may enter is closed to them.</summary>
    /// <param name="root">The data directory.</param>
    /// <returns>The mode it had, where it had to be closed; otherwise null.</returns>
    /// <exception cref="IOException">It is not to be used; the message says why and what to do.</exception>
    internal static UnixFileMode? Secure(string root)
    {
        if (FileStatus.Of(root) is { IsLink: true } link)
        {
            if (link is { IsOwn: false, OwnerId: not 0 })
                throw Refused($"it is a link of the user {link.OwnerId}");
            root = new DirectoryInfo(root).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        }

        if (FileStatus.Of(root) is not { IsDirectory: true } status)
            return null;
        if (!status.IsOwn)
            throw Refused($"it belongs to the user {status.OwnerId}, who can read and change what is in it: chown it, or choose another");
        var open = (status.Permissions & ~OwnerOnly) != 0;
        if (open && (status.Permissions.HasFlag(UnixFileMode.StickyBit) || !IsForMgCap(root)))
            throw Refused("others can enter it, and it is not MgCap's alone: choose an empty directory, or chmod 700");
        // First of all, so that nobody puts anything there behind what was looked at.
        if (open)
            File.SetUnixFileMode(root, OwnerOnly);
        foreach (var entry in Entries(root))
        {
            if (FileStatus.Of(entry) is { } found)
                RequireOwn(entry, found);
        }

        return open ? status.Permissions : null;
    }

    private static IEnumerable<string> Entries(string root)
    {
        return
        [
            .. _folders.Concat(_files).Select(name => Path.Combine(root, name)),
            .. EntriesIn(Path.Combine(root, "logs")),
            // With a key that somebody has put there, sessions could be forged.
            .. EntriesIn(Path.Combine(root, "keys")),
        ];
    }

    private static IEnumerable<string> EntriesIn(string folder) => FileStatus.Of(folder) is { IsDirectory: true } ? Directory.EnumerateFileSystemEntries(folder) : [];

    private static void RequireOwn(string entry, in FileStatus status)
    {
        if (status.IsLink || (!status.IsDirectory && (!status.IsRegular || status.Links > 1)))
            throw Refused($"{entry} is a link or no file, and MgCap has not made it: remove it");
        if (!status.IsOwn)
            throw Refused($"{entry} belongs to the user {status.OwnerId}: chown it, or remove it");
    }

    /// <summary>Closing a directory to others takes away whatever else is in it.</summary>
    private static bool IsForMgCap(string root)
    {
        var names = Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName).Where(name => name != "lost+found").ToList();
        return names.Count == 0 || names.Any(name => _folders.Contains(name) || _files.Contains(name));
    }

    private static IOException Refused(string problem) => new(problem);
}
