using System.Runtime.InteropServices;
using MgCap.Linux.Libc;

namespace MgCap.Linux.Sandbox;

/// <summary>A part of a sandbox.</summary>
/// <param name="Name">network, user, capabilities, privileges, files or calls.</param>
/// <param name="Problem">Why it does not hold here; null where it holds.</param>
public sealed record SandboxMeasure(string Name, string? Problem)
{
    /// <summary>Whether it holds.</summary>
    public bool Holds => Problem is null;
}

/// <summary>
/// Takes rights away from the calling thread, for good, and so from every process that it starts: Linux has credentials,
/// namespaces, Landlock rules and seccomp filters for each thread. Every measure is tried by itself, since a container, an ordinary
/// user and an old kernel each allow some of them. Such a thread starts a process and ends.
/// </summary>
public static unsafe class ThreadSandbox
{
    private const int Nobody = 65534;
    private const int LastCapability = 63;

    /// <summary>Takes the rights away.</summary>
    /// <param name="directory">The thread's working directory from now on; it need not be reachable for the user that the thread becomes.</param>
    /// <param name="readable">What can still be read and run: files and folders, with what is below them.</param>
    /// <returns>What holds now.</returns>
    /// <exception cref="LinuxException">The directory can't be entered.</exception>
    public static IReadOnlyList<SandboxMeasure> Enter(string directory, IReadOnlyList<string> readable)
    {
        LinuxException.Check(Sched.unshare(Sched.CLONE_FS), "give a thread a working directory of its own");
        LinuxException.Check(Unistd.chdir(directory), $"enter {directory}");
        return
        [
            Try("privileges", () => LinuxException.Check(SysPrctl.prctl(SysPrctl.PR_SET_NO_NEW_PRIVS, 1, null, 0, 0), "rule out new privileges")),
            Try("network", LeaveNetwork),
            Try("files", () => FileAccessRules.Enter(readable)),
            Try("user", BecomeNobody),
            Try("capabilities", DropCapabilities),
            Try("calls", SystemCallFilter.Enter),
        ];
    }

    internal static void LeaveNetwork() => LinuxException.Check(Sched.unshare(Sched.CLONE_NEWNET | Sched.CLONE_NEWIPC), "leave the network");

    internal static SandboxMeasure Try(string name, Action measure)
    {
        try
        {
            measure();
            return new SandboxMeasure(name, null);
        }
        catch (Exception exception) when (exception is LinuxException or PlatformNotSupportedException)
        {
            return new SandboxMeasure(name, exception.Message);
        }
    }

    /// <summary>
    /// By the kernel's own calls: those of libc change every thread of the process. The process can't be traced or dumped by that user
    /// from then on (PR_SET_DUMPABLE is 0).
    /// </summary>
    private static void BecomeNobody()
    {
        // What a later exec could give back; without CAP_SETPCAP no_new_privs is what prevents it.
        for (nuint capability = 0; capability <= LastCapability; capability++)
            _ = SysPrctl.prctl(SysPrctl.PR_CAPBSET_DROP, capability, null, 0, 0);
        if (!Environment.IsPrivilegedProcess)
            throw new PlatformNotSupportedException("the console is not root, so helpers run as its own user");
        var x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        LinuxException.Check((int)Unistd.syscall(x64 ? 116 : 159, 0, 0, 0, 0), "leave all groups");
        LinuxException.Check((int)Unistd.syscall(x64 ? 119 : 149, Nobody, Nobody, Nobody, 0), "become the group nogroup");
        LinuxException.Check((int)Unistd.syscall(x64 ? 117 : 147, Nobody, Nobody, Nobody, 0), "become the user nobody");
    }

    internal static void DropCapabilities()
    {
        _ = SysPrctl.prctl(SysPrctl.PR_CAP_AMBIENT, SysPrctl.PR_CAP_AMBIENT_CLEAR_ALL, null, 0, 0);
        var header = new LinuxCapability.__user_cap_header_struct { version = LinuxCapability._LINUX_CAPABILITY_VERSION_3 };
        var none = stackalloc LinuxCapability.__user_cap_data_struct[2];
        none[0] = none[1] = default;
        LinuxException.Check(LinuxCapability.capset(&header, none), "give up all capabilities");
    }
}
