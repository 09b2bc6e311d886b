using MgCap.Linux.Libc;

namespace MgCap.Linux.Sandbox;

/// <summary>
/// Takes rights away from the calling process, for good, once it has opened what it needs them for. Every measure is tried by itself, as
/// in <see cref="ThreadSandbox"/>. The user and the system calls hold for every thread; the network, the files and, where the process is
/// not root, the capabilities hold for the calling thread and those that it starts from then on.
/// </summary>
public static unsafe class ProcessSandbox
{
    private const uint Nobody = 65534;

    /// <summary>Takes the rights away.</summary>
    /// <param name="readable">What can still be read: files and folders, with what is below them.</param>
    /// <param name="withNetwork">Whether the process may still use the network.</param>
    /// <returns>What holds now.</returns>
    public static IReadOnlyList<SandboxMeasure> Enter(IReadOnlyList<string> readable, bool withNetwork) =>
    [
        ThreadSandbox.Try("privileges", () => LinuxException.Check(SysPrctl.prctl(SysPrctl.PR_SET_NO_NEW_PRIVS, 1, null, 0, 0), "rule out new privileges")),
        .. withNetwork ? Array.Empty<SandboxMeasure>() : [ThreadSandbox.Try("network", ThreadSandbox.LeaveNetwork)],
        ThreadSandbox.Try("files", () => FileAccessRules.Enter(readable)),
        ThreadSandbox.Try("user", BecomeNobody),
        ThreadSandbox.Try("capabilities", ThreadSandbox.DropCapabilities),
        ThreadSandbox.Try("calls", () => SystemCallFilter.EnterProcess(withNetwork)),
    ];

    /// <summary>By libc's calls, which change every thread.</summary>
    private static void BecomeNobody()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new PlatformNotSupportedException("the process is not root's, so it stays its user's");
        LinuxException.Check(Unistd.setgroups(0, null), "leave all groups");
        LinuxException.Check(Unistd.setresgid(Nobody, Nobody, Nobody), "become the group nogroup");
        LinuxException.Check(Unistd.setresuid(Nobody, Nobody, Nobody), "become the user nobody");
    }
}
