using MgCap.Linux.Libc;

namespace MgCap.Linux;

/// <summary>
/// The descriptors 0, 1 and 2 that a process is given. One that the caller has closed (<c>2>&amp;-</c>) is the first that the next
/// open(2) gets: what is written to it would go into whatever file that is.
/// </summary>
public static class StandardDescriptor
{
    /// <summary>Standard output.</summary>
    public const int Output = 1;

    /// <summary>Standard error.</summary>
    public const int Error = 2;

    private static readonly bool[] _given = [IsInherited(0), IsInherited(Output), IsInherited(Error)];

    /// <summary>
    /// Opens /dev/null in the place of every descriptor that is still free, so that no file of this process gets it. To be called
    /// first of all in a program.
    /// </summary>
    public static void Protect()
    {
        for (var fd = 0; fd <= Error; fd++)
        {
            // open(2) returns the lowest free descriptor. It stays open for good.
            if (Fcntl.fcntl(fd, Fcntl.F_GETFD) < 0)
                _ = Fcntl.open("/dev/null", Fcntl.O_WRONLY | Fcntl.O_CLOEXEC);
        }
    }

    /// <summary>Whether the process was started with this descriptor.</summary>
    public static bool IsGiven(int fd) => _given[fd];

    /// <summary>Whether it is a terminal (isatty(3)).</summary>
    public static bool IsTerminal(int fd) => IsGiven(fd) && Unistd.isatty(fd) == 1;

    /// <summary>What came through execve(2) does not close there; what .NET has opened since does.</summary>
    private static bool IsInherited(int fd) => Fcntl.fcntl(fd, Fcntl.F_GETFD) is >= 0 and var flags && (flags & Fcntl.FD_CLOEXEC) == 0;
}
