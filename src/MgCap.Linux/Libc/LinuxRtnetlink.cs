namespace MgCap.Linux.Libc;

/// <summary>linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h and net/if.h</summary>
internal static class LinuxRtnetlink
{
    internal const int RTNLGRP_LINK = 1;
    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_DELLINK = 17;
    internal const ushort RTM_GETLINK = 18;
    internal const ushort RTM_GETADDR = 22;
    internal const ushort RTM_GETROUTE = 26;
    internal const ushort IFLA_ADDRESS = 1;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_MTU = 4;
    internal const ushort IFLA_LINK = 5;
    internal const ushort IFLA_MASTER = 10;
    internal const ushort IFLA_LINKINFO = 18;
    internal const ushort IFLA_STATS64 = 23;
    internal const ushort IFLA_CARRIER = 33;
    internal const ushort IFLA_LINK_NETNSID = 37;
    internal const ushort IFLA_PROP_LIST = 52;
    internal const ushort IFLA_ALT_IFNAME = 53;
    internal const ushort IFLA_INFO_KIND = 1;
    internal const uint IFF_UP = 0x1;
    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;
    internal const ushort RTA_OIF = 4;
    internal const ushort RTA_MULTIPATH = 9;
    internal const byte RTN_UNICAST = 1;

    internal struct ifinfomsg
    {
        internal byte ifi_family;
        internal ushort ifi_type;
        internal int ifi_index;
        internal uint ifi_flags;
        internal uint ifi_change;
    }

    internal struct ifaddrmsg
    {
        internal byte ifa_family;
        internal byte ifa_prefixlen;
        internal byte ifa_flags;
        internal byte ifa_scope;
        internal uint ifa_index;
    }

    internal struct rtmsg
    {
        internal byte rtm_family;
        internal byte rtm_dst_len;
        internal byte rtm_src_len;
        internal byte rtm_tos;
        internal byte rtm_table;
        internal byte rtm_protocol;
        internal byte rtm_scope;
        internal byte rtm_type;
        internal uint rtm_flags;
    }

    internal struct rtnexthop
    {
        internal ushort rtnh_len;
        internal byte rtnh_flags;
        internal byte rtnh_hops;
        internal int rtnh_ifindex;
    }

    /// <summary>The first members of struct rtnl_link_stats64, as far as they are read here.</summary>
    internal struct rtnl_link_stats64
    {
        internal ulong rx_packets;
        internal ulong tx_packets;
        internal ulong rx_bytes;
        internal ulong tx_bytes;
        internal ulong rx_errors;
        internal ulong tx_errors;
        internal ulong rx_dropped;
        internal ulong tx_dropped;
        internal ulong multicast;
        internal ulong collisions;
        internal ulong rx_length_errors;
        internal ulong rx_over_errors;
        internal ulong rx_crc_errors;
        internal ulong rx_frame_errors;
        internal ulong rx_fifo_errors;
        internal ulong rx_missed_errors;
    }
}
