using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>linux/if_packet.h and linux/if_ether.h</summary>
internal static class LinuxIfPacket
{
    internal const int SOL_PACKET = 263;
    internal const int PACKET_ADD_MEMBERSHIP = 1;
    internal const int PACKET_RX_RING = 5;
    internal const int PACKET_STATISTICS = 6;
    internal const int PACKET_VERSION = 10;
    internal const int PACKET_TIMESTAMP = 17;
    internal const int PACKET_FANOUT = 18;
    internal const int PACKET_QDISC_BYPASS = 20;

    internal const ushort PACKET_MR_PROMISC = 1;
    internal const int TPACKET_V3 = 2;
    internal const ushort PACKET_FANOUT_QM = 5;
    internal const ushort PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;
    internal const ushort ETH_P_ALL = 0x0003;
    internal const ushort ETH_P_802_EX1 = 0x88B5;

    internal const uint TP_STATUS_KERNEL = 0;
    internal const uint TP_STATUS_USER = 1 << 0;
    internal const uint TP_STATUS_VLAN_VALID = 1 << 4;
    internal const uint TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    internal const uint TP_STATUS_TS_RAW_HARDWARE = 1u << 31;

    internal struct tpacket_req3
    {
        internal uint tp_block_size;
        internal uint tp_block_nr;
        internal uint tp_frame_size;
        internal uint tp_frame_nr;
        internal uint tp_retire_blk_tov;
        internal uint tp_sizeof_priv;
        internal uint tp_feature_req_word;
    }

    internal struct tpacket_bd_ts
    {
        internal uint ts_sec;
        internal uint ts_nsec;
    }

    /// <summary>struct tpacket_block_desc with its only version, struct tpacket_hdr_v1, laid out in it.</summary>
    internal struct tpacket_block_desc
    {
        internal uint version;
        internal uint offset_to_priv;
        internal uint block_status;
        internal uint num_pkts;
        internal uint offset_to_first_pkt;
        internal uint blk_len;
        internal ulong seq_num;
        internal tpacket_bd_ts ts_first_pkt;
        internal tpacket_bd_ts ts_last_pkt;
    }

    /// <summary>struct tpacket3_hdr; the struct sockaddr_ll of the packet follows it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct tpacket3_hdr
    {
        internal uint tp_next_offset;
        internal uint tp_sec;
        internal uint tp_nsec;
        internal uint tp_snaplen;
        internal uint tp_len;
        internal uint tp_status;
        internal ushort tp_mac;
        internal ushort tp_net;
        internal uint tp_rxhash;
        internal uint tp_vlan_tci;
        internal ushort tp_vlan_tpid;
        internal ushort tp_padding;
        internal fixed byte tp_padding2[8];
    }

    internal unsafe struct sockaddr_ll
    {
        internal ushort sll_family;
        internal ushort sll_protocol;
        internal int sll_ifindex;
        internal ushort sll_hatype;
        internal byte sll_pkttype;
        internal byte sll_halen;
        internal fixed byte sll_addr[8];
    }

    internal unsafe struct packet_mreq
    {
        internal int mr_ifindex;
        internal ushort mr_type;
        internal ushort mr_alen;
        internal fixed byte mr_address[8];
    }

    internal struct tpacket_stats_v3
    {
        internal uint tp_packets;
        internal uint tp_drops;
        internal uint tp_freeze_q_cnt;
    }
}
