namespace MgCap.Linux.Libc;

/// <summary>linux/ethtool.h</summary>
internal static unsafe class LinuxEthtool
{
    internal const uint ETHTOOL_GDRVINFO = 0x00000003;
    internal const uint ETHTOOL_GSTRINGS = 0x0000001b;
    internal const uint ETHTOOL_GSTATS = 0x0000001d;
    internal const uint ETH_SS_STATS = 1;
    internal const int ETH_GSTRING_LEN = 32;
    internal const uint ETHTOOL_GFLAGS = 0x00000025;
    internal const uint ETH_FLAG_RXVLAN = 1 << 8;
    internal const uint ETHTOOL_GCHANNELS = 0x0000003c;
    internal const uint ETHTOOL_GET_TS_INFO = 0x00000041;
    internal const uint ETHTOOL_GLINKSETTINGS = 0x0000004c;
    internal const uint SPEED_UNKNOWN = uint.MaxValue;

    internal struct ethtool_drvinfo
    {
        internal uint cmd;
        internal fixed byte driver[32];
        internal fixed byte version[32];
        internal fixed byte fw_version[32];
        internal fixed byte bus_info[32];
        internal fixed byte erom_version[32];
        internal fixed byte reserved2[12];
        internal uint n_priv_flags;
        internal uint n_stats;
        internal uint testinfo_len;
        internal uint eedump_len;
        internal uint regdump_len;
    }

    /// <summary>struct ethtool_gstrings without its last member, the names.</summary>
    internal struct ethtool_gstrings
    {
        internal uint cmd;
        internal uint string_set;
        internal uint len;
    }

    /// <summary>struct ethtool_stats without its last member, the values.</summary>
    internal struct ethtool_stats
    {
        internal uint cmd;
        internal uint n_stats;
    }

    internal struct ethtool_value
    {
        internal uint cmd;
        internal uint data;
    }

    internal struct ethtool_channels
    {
        internal uint cmd;
        internal uint max_rx;
        internal uint max_tx;
        internal uint max_other;
        internal uint max_combined;
        internal uint rx_count;
        internal uint tx_count;
        internal uint other_count;
        internal uint combined_count;
    }

    /// <summary>struct ethtool_link_settings with room for the three masks of the size that the kernel asks for.</summary>
    internal struct ethtool_link_settings
    {
        internal uint cmd;
        internal uint speed;
        internal byte duplex;
        internal byte port;
        internal byte phy_address;
        internal byte autoneg;
        internal byte mdio_support;
        internal byte eth_tp_mdix;
        internal byte eth_tp_mdix_ctrl;
        internal sbyte link_mode_masks_nwords;
        internal byte transceiver;
        internal byte master_slave_cfg;
        internal byte master_slave_state;
        internal byte rate_matching;
        internal fixed uint reserved[7];
        internal fixed uint link_mode_masks[3 * sbyte.MaxValue];
    }

    internal struct ethtool_ts_info
    {
        internal uint cmd;
        internal uint so_timestamping;
        internal int phc_index;
        internal uint tx_types;
        internal fixed uint tx_reserved[3];
        internal uint rx_filters;
        internal fixed uint rx_reserved[3];
    }
}
