namespace MgCap.Linux.Ethtool;

/// <summary>A device's hardware time stamping (timestamping.rst in the kernel's documentation).</summary>
/// <param name="Supported">Whether it can stamp every received packet.</param>
/// <param name="ReceiveFilter">HWTSTAMP_FILTER_ in force: 0 none, 1 all, else some PTP packets.</param>
/// <param name="TransmitType">HWTSTAMP_TX_ in force: 0 off, 1 on, 2 one-step.</param>
/// <param name="ClockIndex">n of /dev/ptpn; -1 for none.</param>
public sealed record HardwareTimestamping(bool Supported, int ReceiveFilter, int TransmitType, int ClockIndex);
