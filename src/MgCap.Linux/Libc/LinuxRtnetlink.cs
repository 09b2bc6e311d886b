namespace MgCap.Linux.Libc;

/// <summary>linux/rtnetlink.h, linux/if_link.h and net/if.h</summary>
internal static class LinuxRtnetlink
{
    internal const ushort RTM_GETLINK = 18;
    internal const ushort IFLA_ADDRESS = 1;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_MTU = 4;
    internal const ushort IFLA_LINKINFO = 18;
    internal const ushort IFLA_STATS64 = 23;
    internal const ushort IFLA_CARRIER = 33;
    internal const ushort IFLA_INFO_KIND = 1;
    internal const uint IFF_UP = 0x1;

    internal struct ifinfomsg
    {
        internal byte ifi_family;
        internal ushort ifi_type;
        internal int ifi_index;
        internal uint ifi_flags;
        internal uint ifi_change;
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
