using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxFilter;
using static MgCap.Linux.Libc.LinuxSeccomp;

namespace MgCap.Linux.Sandbox;

/// <summary>
/// A seccomp filter (seccomp(2)) for a program that reads its standard input and files, and answers on its standard output: it
/// refuses sockets, other processes, namespaces, mounts, kernel objects, and every change to the file system with EPERM.
/// </summary>
internal static unsafe class SystemCallFilter
{
    private const int NoSystemCall = -1;
    private const uint FirstX32Call = 0x40000000;
    private const uint OpensForWriting = Fcntl.O_WRONLY | Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_TRUNC;

    private const uint NewNamespaces = Sched.CLONE_NEWNS | Sched.CLONE_NEWCGROUP | Sched.CLONE_NEWUTS | Sched.CLONE_NEWIPC | Sched.CLONE_NEWUSER
        | Sched.CLONE_NEWPID | Sched.CLONE_NEWNET;

    private const uint AllowedClones = Sched.CLONE_THREAD | Sched.CLONE_VFORK;

    // Arguments of 64 bits; the flags are in the lower half, which comes first on both processors.
    private const uint FirstArgument = 16;
    private const int ArgumentSize = 8;

    // Numbers in asm/unistd_64.h and asm-generic/unistd.h.
    private static readonly (string Name, int X64, int Arm64)[] _refused =
    [
        ("socket", 41, 198), ("connect", 42, 203), ("bind", 49, 200), ("ptrace", 101, 117), ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271),
        ("pidfd_open", 434, 434), ("pidfd_getfd", 438, 438), ("pidfd_send_signal", 424, 424), ("fork", 57, NoSystemCall), ("kill", 62, 129), ("tkill", 200, 130),
        ("unshare", 272, 97), ("setns", 308, 268), ("mount", 165, 40), ("umount2", 166, 39), ("pivot_root", 155, 41), ("chroot", 161, 51),
        ("open_tree", 428, 428), ("move_mount", 429, 429), ("fsopen", 430, 430), ("fsmount", 432, 432), ("mount_setattr", 442, 442), ("open_by_handle_at", 304, 265),
        ("bpf", 321, 280), ("perf_event_open", 298, 241), ("io_uring_setup", 425, 425), ("userfaultfd", 323, 282), ("add_key", 248, 217), ("request_key", 249, 218),
        ("keyctl", 250, 219), ("init_module", 175, 105), ("finit_module", 313, 273), ("delete_module", 176, 106), ("kexec_load", 246, 104),
        ("kexec_file_load", 320, 294), ("reboot", 169, 142), ("swapon", 167, 224), ("acct", 163, 89), ("syslog", 103, 116), ("clock_settime", 227, 112),
        ("settimeofday", 164, 170), ("sethostname", 170, 161), ("shmget", 29, 194), ("semget", 64, 190), ("msgget", 68, 186), ("mq_open", 240, 180),
        ("creat", 85, NoSystemCall), ("unlink", 87, NoSystemCall), ("unlinkat", 263, 35), ("rename", 82, NoSystemCall), ("renameat", 264, 38),
        ("renameat2", 316, 276), ("truncate", 76, 45), ("mkdir", 83, NoSystemCall), ("mkdirat", 258, 34), ("rmdir", 84, NoSystemCall),
        ("link", 86, NoSystemCall), ("linkat", 265, 37), ("symlink", 88, NoSystemCall), ("symlinkat", 266, 36), ("mknod", 133, NoSystemCall),
        ("mknodat", 259, 33), ("chmod", 90, NoSystemCall), ("fchmod", 91, 52), ("fchmodat", 268, 53), ("fchmodat2", 452, 452), ("chown", 92, NoSystemCall),
        ("fchown", 93, 55), ("lchown", 94, NoSystemCall), ("fchownat", 260, 54), ("setxattr", 188, 5), ("utimensat", 280, 88),
    ];

    // Their flags lie in memory, where a filter can't look; libc then uses the older calls.
    private static readonly int[] _unknown = [435, 437]; // clone3, openat2

    /// <summary>Restricts the calling thread, and every process that it starts. It must have no_new_privs.</summary>
    /// <exception cref="LinuxException">The kernel has no seccomp filters, or refuses this one.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor is another one than x86-64 and arm64.</exception>
    internal static void Enter()
    {
        var program = Build(withNetwork: false);
        fixed (ClassicInstruction* first = program)
        {
            var header = new sock_fprog { len = (ushort)program.Length, filter = first };
            LinuxException.Check(SysPrctl.prctl(SysPrctl.PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &header, 0, 0), "filter system calls");
        }
    }

    /// <summary>Restricts every thread of the process, and what they start. The calling thread must have no_new_privs.</summary>
    /// <param name="withNetwork">Whether sockets are allowed.</param>
    /// <exception cref="LinuxException">The kernel has no seccomp filters, or refuses this one.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor is another one than x86-64 and arm64, or a thread can't be restricted.</exception>
    internal static void EnterProcess(bool withNetwork)
    {
        var program = Build(withNetwork);
        fixed (ClassicInstruction* first = program)
        {
            var header = new sock_fprog { len = (ushort)program.Length, filter = first };
            var call = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 317 : 277; // seccomp
            var thread = LinuxException.Check((int)Unistd.syscall(call, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, (nint)(&header), 0), "filter system calls");
            if (thread != 0)
                throw new PlatformNotSupportedException($"thread {thread} has another filter of system calls");
        }
    }

    private static ClassicInstruction[] Build(bool withNetwork)
    {
        var x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        if (!x64 && RuntimeInformation.ProcessArchitecture != Architecture.Arm64)
            throw new PlatformNotSupportedException($"no filter of system calls for {RuntimeInformation.ProcessArchitecture}");
        var program = new List<ClassicInstruction>
        {
            Load((uint)Marshal.OffsetOf<seccomp_data>(nameof(seccomp_data.arch))),
            new(BPF_JMP | BPF_JEQ, 1, 0, x64 ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_AARCH64),
            Refuse(Errno.EPERM),
            Load((uint)Marshal.OffsetOf<seccomp_data>(nameof(seccomp_data.nr))),
            new(BPF_JMP | BPF_JGE, 0, 1, FirstX32Call),
            Refuse(Errno.EPERM),
        };
        foreach (var (name, onX64, onArm64) in _refused)
        {
            if (withNetwork && name is "socket" or "connect" or "bind")
                continue;
            if ((x64 ? onX64 : onArm64) is var number and not NoSystemCall)
                program.AddRange(When(number, Refuse(Errno.EPERM)));
        }

        foreach (var number in _unknown)
            program.AddRange(When(number, Refuse(Errno.ENOSYS)));
        // clone: threads, and vfork(3), which the start of the program itself is.
        program.AddRange(WhenFlags(x64 ? 56 : 220, 0, NewNamespaces, AllowedClones));
        program.AddRange(WhenFlags(x64 ? 257 : 56, 2, OpensForWriting, null)); // openat
        if (x64)
            program.AddRange(WhenFlags(2, 1, OpensForWriting, null)); // open
        program.Add(new ClassicInstruction(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW));
        return [.. program];
    }

    private static ClassicInstruction[] When(int number, ClassicInstruction then) => [new(BPF_JMP | BPF_JEQ, 0, 1, (uint)number), then];

    /// <summary>Decides about a call by an argument with flags: some refuse it, and of others it needs one.</summary>
    private static ClassicInstruction[] WhenFlags(int number, int argument, uint refused, uint? needed) =>
    [
        new(BPF_JMP | BPF_JEQ, 0, needed is null ? (byte)4 : (byte)6, (uint)number),
        Load(FirstArgument + (uint)(argument * ArgumentSize)),
        new(BPF_JMP | BPF_JSET, 0, 1, refused),
        Refuse(Errno.EPERM),
        .. needed is { } flags ? (ClassicInstruction[])[new(BPF_JMP | BPF_JSET, 1, 0, flags), Refuse(Errno.EPERM)] : [],
        new(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW),
    ];

    private static ClassicInstruction Load(uint offset) => new(BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);

    private static ClassicInstruction Refuse(Errno errno) => new(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (uint)errno);
}
