using System.Buffers.Binary;
using static MgCap.Linux.Libc.LinuxIfPacket;

namespace MgCap.Linux.Rings;

/// <summary>Which way a packet went, and to whom (packet(7), sll_pkttype).</summary>
public enum PacketType
{
    /// <summary>To this host.</summary>
    Host = 0,
    /// <summary>A link-layer broadcast.</summary>
    Broadcast = 1,
    /// <summary>A link-layer multicast.</summary>
    Multicast = 2,
    /// <summary>To some other host, seen in promiscuous mode.</summary>
    OtherHost = 3,
    /// <summary>Sent by this host.</summary>
    Outgoing = 4,
}

/// <summary>A packet where the kernel put it: borrowed, and gone when its block is released. Each member reads the ring.</summary>
public readonly unsafe ref struct RingPacket
{
    private const uint Dot1Q = 0x8100;
    private const int MaxAddressLength = 8;

    private readonly tpacket3_hdr* _header;

    internal RingPacket(tpacket3_hdr* header)
    {
        _header = header;
    }

    /// <summary>The bytes captured, from the link-layer header on (from the network header on in a cooked ring).</summary>
    public ReadOnlySpan<byte> Data => new((byte*)_header + _header->tp_mac, (int)_header->tp_snaplen);

    /// <summary>Length of the frame on the wire in bytes, without the VLAN tag in <see cref="VlanTag"/>.</summary>
    public int WireLength => (int)_header->tp_len;

    /// <summary>Which way the packet went.</summary>
    public PacketType Type => (PacketType)From->sll_pkttype;

    /// <summary>The 802.1Q or 802.1ad tag that was stripped from the frame, TPID in the high half and TCI in the low; 0 when none was.</summary>
    public uint VlanTag
    {
        get
        {
            if ((_header->tp_status & TP_STATUS_VLAN_VALID) == 0)
                return 0;
            var tpid = (_header->tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? _header->tp_vlan_tpid : Dot1Q;
            return tpid << 16 | (ushort)_header->tp_vlan_tci;
        }
    }

    /// <summary>Whether the device made its time stamp.</summary>
    public bool IsHardwareStamped => (_header->tp_status & TP_STATUS_TS_RAW_HARDWARE) != 0;

    /// <summary>The link-layer protocol number (EtherType).</summary>
    public ushort Protocol => BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(&From->sll_protocol, sizeof(ushort)));

    /// <summary>The number of the interface that it was seen on.</summary>
    public int InterfaceIndex => From->sll_ifindex;

    /// <summary>The device's ARPHRD_ type.</summary>
    public ushort HardwareType => From->sll_hatype;

    /// <summary>The sender's link-layer address, 0 to 8 bytes.</summary>
    public ReadOnlySpan<byte> SenderAddress => new(From->sll_addr, Math.Min((int)From->sll_halen, MaxAddressLength));

    private sockaddr_ll* From => (sockaddr_ll*)(_header + 1);
}
