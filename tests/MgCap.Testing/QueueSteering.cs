using static MgCap.Testing.EgressProgram;

namespace MgCap.Testing;

/// <summary>
/// Lets a socket choose the transmit queue of each of its packets: SO_MARK n + 1 means queue n, 0 leaves the choice to the kernel.
/// A program at the interface's egress (tc-bpf(8)) copies the mark to queue_mapping, where netdev_pick_tx reads
/// "recorded receive queue n" and takes transmit queue n. A veth hands queue n on to its peer's receive queue n.
/// Without it a packet socket's queue is the kernel's: under PACKET_QDISC_BYPASS the sending core's number modulo the queues
/// (packet_pick_tx_queue), else a hash of the packet with a secret of this boot.
/// </summary>
public static class QueueSteering
{
    // __sk_buff: mark is at 8, queue_mapping at 12. TC_ACT_UNSPEC is -1.
    private static readonly ulong[] _program =
    [
        Instruction(0x61, 0x12, 8, 0),   // r2 = *(u32 *)(r1 + mark)
        Instruction(0x63, 0x21, 12, 0),  // *(u32 *)(r1 + queue_mapping) = r2
        Instruction(0xb7, 0x00, 0, -1),  // r0 = TC_ACT_UNSPEC
        Instruction(0x95, 0x00, 0, 0),   // exit
    ];

    /// <summary>Steers from now on, as long as the interface lives.</summary>
    public static void Attach(NetworkNamespace network, string interfaceName) => EgressProgram.Attach(network, interfaceName, _program);

    internal static int MarkOf(int queue) => queue + 1;
}
