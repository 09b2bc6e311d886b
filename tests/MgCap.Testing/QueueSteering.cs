using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Testing;

/// <summary>
/// Lets a socket choose the transmit queue of each of its packets: SO_MARK n + 1 means queue n, 0 leaves the choice to the kernel.
/// A program at the interface's egress (tc-bpf(8)) copies the mark to queue_mapping, where netdev_pick_tx reads
/// "recorded receive queue n" and takes transmit queue n. A veth hands queue n on to its peer's receive queue n.
/// Without it a packet socket's queue is the kernel's: under PACKET_QDISC_BYPASS the sending core's number modulo the queues
/// (packet_pick_tx_queue), else a hash of the packet with a secret of this boot.
/// </summary>
public static unsafe partial class QueueSteering
{
    private const int ProgramTypeSchedulerClassifier = 3;
    private const int AttachEgress = 2;

    // __sk_buff: mark is at 8, queue_mapping at 12. TC_ACT_UNSPEC is -1.
    private static readonly ulong[] _program =
    [
        Instruction(0x61, 0x12, 8, 0),   // r2 = *(u32 *)(r1 + mark)
        Instruction(0x63, 0x21, 12, 0),  // *(u32 *)(r1 + queue_mapping) = r2
        Instruction(0xb7, 0x00, 0, -1),  // r0 = TC_ACT_UNSPEC
        Instruction(0x95, 0x00, 0, 0),   // exit
    ];

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

    /// <summary>Steers from now on, as long as the interface lives.</summary>
    public static void Attach(NetworkNamespace network, string interfaceName)
    {
        ArgumentNullException.ThrowIfNull(network);
        var index = network.IndexOf(interfaceName);
        network.Run(() => Attach(index));
    }

    internal static int MarkOf(int queue) => queue + 1;

    private static void Attach(int interfaceIndex)
    {
        int descriptor;
        fixed (ulong* program = _program)
            descriptor = bpf_prog_load(ProgramTypeSchedulerClassifier, "mgcap_steer", "GPL", program, (nuint)_program.Length, null);
        Native.Check(descriptor, "load a program that steers");
        using var owner = new SafeFileHandle(descriptor, ownsHandle: true);
        var hook = new Hook { Size = (nuint)sizeof(Hook), InterfaceIndex = interfaceIndex, AttachPoint = AttachEgress };
        Native.Check(bpf_tc_hook_create(&hook), "make a clsact queueing discipline");
        var options = new AttachOptions { Size = (nuint)sizeof(AttachOptions), ProgramDescriptor = descriptor };
        Native.Check(bpf_tc_attach(&hook, &options), "attach a program that steers");
    }

    private static ulong Instruction(byte code, byte registers, short offset, int immediate) =>
        code | (ulong)registers << 8 | (ulong)(ushort)offset << 16 | (ulong)(uint)immediate << 32;

    [LibraryImport("libbpf.so.1", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int bpf_prog_load(int type, string name, string license, ulong* instructions, nuint count, void* options);

    [LibraryImport("libbpf.so.1", SetLastError = true)]
    private static partial int bpf_tc_hook_create(Hook* hook);

    [LibraryImport("libbpf.so.1", SetLastError = true)]
    private static partial int bpf_tc_attach(Hook* hook, AttachOptions* options);
}
