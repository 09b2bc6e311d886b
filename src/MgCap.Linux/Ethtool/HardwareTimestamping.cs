using MgCap.Linux.Libc;

namespace MgCap.Linux.Ethtool;

/// <summary>A device's hardware time stamping (timestamping.rst in the kernel's documentation).</summary>
/// <param name="Supported">Whether it can stamp every received packet.</param>
/// <param name="ReceiveFilter">HWTSTAMP_FILTER_ in force: 0 none, 1 all, else some PTP packets.</param>
/// <param name="TransmitType">HWTSTAMP_TX_ in force: 0 off, 1 on, 2 one-step.</param>
/// <param name="ClockIndex">n of /dev/ptpn; -1 for none.</param>
/// <param name="ReceiveFilters">What <paramref name="ReceiveFilter"/> can be: bit n is set for the filter n.</param>
/// <param name="TransmitTypes">What <paramref name="TransmitType"/> can be: bit n is set for the type n.</param>
public sealed record HardwareTimestamping(
    bool Supported, int ReceiveFilter, int TransmitType, int ClockIndex, uint ReceiveFilters = 0, uint TransmitTypes = 0)
{
    /// <summary>HWTSTAMP_FILTER_NONE: no received packet is stamped.</summary>
    public const int FilterNone = LinuxNetTstamp.HWTSTAMP_FILTER_NONE;

    /// <summary>HWTSTAMP_FILTER_ALL: every received packet is.</summary>
    public const int FilterAll = LinuxNetTstamp.HWTSTAMP_FILTER_ALL;

    /// <summary>Of a device without it.</summary>
    public static HardwareTimestamping None { get; } = new(Supported: false, ReceiveFilter: FilterNone, TransmitType: 0, ClockIndex: -1);
}
