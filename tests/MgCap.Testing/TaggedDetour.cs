using System.Buffers.Binary;
using static MgCap.Testing.EgressProgram;

namespace MgCap.Testing;

/// <summary>
/// Sends what is to leave one interface out of another, with a VLAN tag that stands beside the packet and not in it, as the
/// kernel's own VLAN interfaces do for devices that put the tag in themselves. Works where the kernel has no such interfaces.
/// </summary>
public static class TaggedDetour
{
    private const int PushVlan = 18;
    private const int Redirect = 23;

    /// <summary>Lays the detour, for as long as the interface lives.</summary>
    /// <param name="network">Where both interfaces are.</param>
    /// <param name="from">The interface that packets are sent to.</param>
    /// <param name="to">The one that they leave by.</param>
    /// <param name="tag">The tag control information.</param>
    public static void Attach(NetworkNamespace network, string from, string to, ushort tag)
    {
        ArgumentNullException.ThrowIfNull(network);
        EgressProgram.Attach(
            network,
            from,
            [
                Instruction(0xb7, 0x02, 0, BinaryPrimitives.ReverseEndianness(Frames.Dot1Q)),  // r2 = the tag's EtherType, big-endian
                Instruction(0xb7, 0x03, 0, tag),                                               // r3 = the tag
                Instruction(0x85, 0x00, 0, PushVlan),                                          // bpf_skb_vlan_push(r1, r2, r3)
                Instruction(0xb7, 0x01, 0, network.IndexOf(to)),                               // r1 = the interface
                Instruction(0xb7, 0x02, 0, 0),                                                 // r2 = no flags
                Instruction(0x85, 0x00, 0, Redirect),                                          // r0 = bpf_redirect(r1, r2)
                Instruction(0x95, 0x00, 0, 0),                                                 // exit
            ]);
    }
}
