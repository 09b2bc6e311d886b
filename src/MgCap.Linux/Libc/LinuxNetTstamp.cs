namespace MgCap.Linux.Libc;

/// <summary>linux/net_tstamp.h</summary>
internal static class LinuxNetTstamp
{
    internal const uint SOF_TIMESTAMPING_RX_HARDWARE = 1 << 2;
    internal const uint SOF_TIMESTAMPING_RAW_HARDWARE = 1 << 6;
    internal const int HWTSTAMP_FILTER_NONE = 0;
    internal const int HWTSTAMP_FILTER_ALL = 1;
    internal const int HWTSTAMP_TX_OFF = 0;

    internal struct hwtstamp_config
    {
        internal int flags;
        internal int tx_type;
        internal int rx_filter;
    }
}
