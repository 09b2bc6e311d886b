using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Testing;

/// <summary>Programs of the laboratory at an interface's egress (tc-bpf(8)).</summary>
internal static unsafe partial class EgressProgram
{
    private const int ProgramTypeSchedulerClassifier = 3;
    private const int AttachEgress = 2;

    private struct Hook
    {
        internal nuint Size;
        internal int InterfaceIndex;
        internal int AttachPoint;
        internal uint Parent;
    }

    private struct AttachOptions
    {
        internal nuint Size;
        internal int ProgramDescriptor;
        internal uint Flags;
        internal uint ProgramId;
        internal uint Handle;
        internal uint Priority;
    }

    /// <summary>Has it see what the interface sends from now on, as long as the interface lives.</summary>
    internal static void Attach(NetworkNamespace network, string interfaceName, ulong[] instructions)
    {
        ArgumentNullException.ThrowIfNull(network);
        var index = network.IndexOf(interfaceName);
        network.Run(() => Attach(index, instructions));
    }

    private static void Attach(int interfaceIndex, ulong[] instructions)
    {
        int descriptor;
        fixed (ulong* program = instructions)
            descriptor = bpf_prog_load(ProgramTypeSchedulerClassifier, "mgcap_lab", "GPL", program, (nuint)instructions.Length, null);
        Native.Check(descriptor, "load a program for packets that are sent");
        using var owner = new SafeFileHandle(descriptor, ownsHandle: true);
        var hook = new Hook { Size = (nuint)sizeof(Hook), InterfaceIndex = interfaceIndex, AttachPoint = AttachEgress };
        Native.Check(bpf_tc_hook_create(&hook), "make a clsact queueing discipline");
        var options = new AttachOptions { Size = (nuint)sizeof(AttachOptions), ProgramDescriptor = descriptor };
        Native.Check(bpf_tc_attach(&hook, &options), "attach a program to packets that are sent");
    }

    internal static ulong Instruction(byte code, byte registers, short offset, int immediate) =>
        code | (ulong)registers << 8 | (ulong)(ushort)offset << 16 | (ulong)(uint)immediate << 32;

    [LibraryImport("libbpf.so.1", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int bpf_prog_load(int type, string name, string license, ulong* instructions, nuint count, void* options);

    [LibraryImport("libbpf.so.1", SetLastError = true)]
    private static partial int bpf_tc_hook_create(Hook* hook);

    [LibraryImport("libbpf.so.1", SetLastError = true)]
    private static partial int bpf_tc_attach(Hook* hook, AttachOptions* options);
}
