using System.Buffers.Binary;
using static MgCap.Testing.EgressProgram;

namespace MgCap.Testing;

/// <summary>
/// Sends what is to leave one interface out of another, with a VLAN tag that stands beside the packet and not in it, as the
/// kernel's own VLAN interfaces do for devices that put the tag in themselves. Works where the kernel has no such interfaces.
/// </summary>
public static class TaggedDetour
{
    /// <summary>The interface to send to.</summary>
    public const string Name = "detour0";

    private const int PushVlan = 18;
    private const int Redirect = 23;

    /// <summary>Lays the detour, by an interface that it makes; it lives as long as the namespace.</summary>
    /// <param name="network">Where the interfaces are.</param>
    /// <param name="to">The one that packets leave by.</param>
    /// <param name="tag">The tag control information.</param>
    public static void Lay(NetworkNamespace network, string to, ushort tag)
    {
        ArgumentNullException.ThrowIfNull(network);
        // Without snooping a bridge sends nothing of its own accord (IGMP).
        network.Ip("link", "add", Name, "type", "bridge", "mcast_snooping", "0");
        network.Ip("link", "set", "dev", Name, "mtu", "9000", "arp", "off", "up");
        EgressProgram.Attach(
            network,
            Name,
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
