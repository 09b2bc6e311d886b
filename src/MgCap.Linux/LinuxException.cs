using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MgCap.Linux;

/// <summary>A system call that failed: what was being tried, and the errno it failed with (errno(3)).</summary>
public sealed class LinuxException : IOException
{
    /// <summary>Says what was being tried and why the kernel refused it.</summary>
    /// <param name="attempt">What was being tried, for people: "open a packet socket".</param>
    /// <param name="errno">The errno of the failed call.</param>
    /// <param name="details">What the kernel wrote about it, where it did.</param>
    public LinuxException(string attempt, Errno errno, string? details = null)
        : base($"could not {attempt}: {Marshal.GetPInvokeErrorMessage((int)errno)} ({errno}){After(details)}")
    {
        Errno = errno;
        Details = details;
        // As in .NET's own IOExceptions of system calls.
        HResult = (int)errno;
    }

    /// <summary>The errno of the failed call.</summary>
    public Errno Errno { get; }

    /// <summary>What the kernel wrote about it; null where it wrote nothing.</summary>
    public string? Details { get; }

    /// <summary>Throws for the errno of the last P/Invoke that was declared with SetLastError.</summary>
    [DoesNotReturn]
    internal static void Throw(string attempt) => throw new LinuxException(attempt, (Errno)Marshal.GetLastPInvokeError());

    /// <summary>Returns <paramref name="result"/>, or throws when it is negative.</summary>
    internal static int Check(int result, string attempt)
    {
        if (result < 0)
            Throw(attempt);
        return result;
    }

    /// <summary>A sentence goes on the same line, a log on lines of its own.</summary>
    private static string After(string? details) =>
        string.IsNullOrEmpty(details) ? "" : details.Contains('\n') ? Environment.NewLine + details : $": {details}";
}
