using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static MgCap.Linux.Libc.SysStat;

namespace MgCap.Linux;

/// <summary>Whose a file is, and what kind of file (statx(2), inode(7)).</summary>
public readonly unsafe record struct FileStatus
{
    private readonly ushort _mode;

    private FileStatus(in statx status)
    {
        _mode = status.stx_mode;
        OwnerId = status.stx_uid;
        Links = status.stx_nlink;
        Length = (long)status.stx_size;
        DirectAlignment = (status.stx_mask & STATX_DIOALIGN) == 0 ? 0 : Math.Max(status.stx_dio_mem_align, status.stx_dio_offset_align);
    }

    /// <summary>The user that this process acts as (geteuid(2)).</summary>
    public static uint CurrentUserId => Libc.Unistd.geteuid();

    /// <summary>The user it belongs to.</summary>
    public uint OwnerId { get; }

    /// <summary>How many names it has.</summary>
    public uint Links { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <summary>
    /// What offsets, lengths and addresses of direct I/O (open(2), O_DIRECT) are to be multiples of, in bytes; 0 where the file system has
    /// none, or does not say (STATX_DIOALIGN, Linux 6.1).
    /// </summary>
    public uint DirectAlignment { get; }

    /// <summary>Who may do what with it.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(_mode & ~S_IFMT);

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => (_mode & S_IFMT) == S_IFREG;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (_mode & S_IFMT) == S_IFDIR;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (_mode & S_IFMT) == S_IFLNK;

    /// <summary>Whether it is a named pipe.</summary>
    public bool IsPipe => (_mode & S_IFMT) == S_IFIFO;

    /// <summary>Whether it is a disk or a part of one.</summary>
    public bool IsBlockDevice => (_mode & S_IFMT) == S_IFBLK;

    /// <summary>Whether it belongs to the user that this process acts as.</summary>
    public bool IsOwn => OwnerId == CurrentUserId;

    /// <summary>What has this name; a link is not followed.</summary>
    /// <returns>null where nothing has it.</returns>
    /// <exception cref="LinuxException">It can't be looked at.</exception>
    public static FileStatus? Of(string path)
    {
        statx status;
        if (statx_(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status) == 0)
            return new FileStatus(status);
        return (Errno)Marshal.GetLastPInvokeError() is Errno.ENOENT ? null : throw new LinuxException($"look at {path}", (Errno)Marshal.GetLastPInvokeError());
    }

    /// <summary>What an open file is.</summary>
    /// <exception cref="LinuxException">It can't be looked at.</exception>
    public static FileStatus Of(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        statx status;
        LinuxException.Check(statx_((int)file.DangerousGetHandle(), "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_DIOALIGN, &status), "look at an open file");
        return new FileStatus(status);
    }
}
