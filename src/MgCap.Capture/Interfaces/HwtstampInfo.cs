using System.Globalization;
using MgCap.Linux.Ethtool;

namespace MgCap.Capture.Interfaces;

/// <summary>An interface's hardware time stamping, as the API and the command line say it.</summary>
/// <param name="Supported">Whether the device can stamp every received packet.</param>
/// <param name="Enabled">Whether it does so now.</param>
/// <param name="RxFilter">Which received packets it stamps: none, all, or which PTP packets, by ethtool's names.</param>
/// <param name="TxType">Which sent packets it stamps: off, on, or how, by ethtool's names.</param>
/// <param name="PhcIndex">n of the device's clock /dev/ptpn; -1 for none.</param>
/// <param name="RxFilters">What RxFilter can be.</param>
/// <param name="TxTypes">What TxType can be.</param>
public sealed record HwtstampInfo(
    bool Supported, bool Enabled, string RxFilter, string TxType, int PhcIndex, IReadOnlyList<string> RxFilters, IReadOnlyList<string> TxTypes)
{
    // By number, HWTSTAMP_FILTER_ and HWTSTAMP_TX_ of linux/net_tstamp.h.
    private static readonly string[] _filters =
    [
        "none", "all", "some", "ptpv1-l4-event", "ptpv1-l4-sync", "ptpv1-l4-delay-req", "ptpv2-l4-event", "ptpv2-l4-sync", "ptpv2-l4-delay-req",
        "ptpv2-l2-event", "ptpv2-l2-sync", "ptpv2-l2-delay-req", "ptpv2-event", "ptpv2-sync", "ptpv2-delay-req", "ntp-all",
    ];

    private static readonly string[] _types = ["off", "on", "onestep-sync", "onestep-p2p"];

    /// <summary>Says it of one interface.</summary>
    public static HwtstampInfo Of(CaptureInterface of)
    {
        ArgumentNullException.ThrowIfNull(of);
        return Of(of.Timestamping);
    }

    internal static HwtstampInfo Of(HardwareTimestamping timestamping) => new(
        timestamping.Supported,
        timestamping.ReceiveFilter == HardwareTimestamping.FilterAll,
        Name(_filters, timestamping.ReceiveFilter),
        Name(_types, timestamping.TransmitType),
        timestamping.ClockIndex,
        Names(_filters, timestamping.ReceiveFilters),
        Names(_types, timestamping.TransmitTypes));

    private static string[] Names(string[] names, uint bits) => [.. Enumerable.Range(0, 32).Where(bit => (bits >> bit & 1) != 0).Select(bit => Name(names, bit))];

    private static string Name(string[] names, int number) =>
        number >= 0 && number < names.Length ? names[number] : number.ToString(CultureInfo.InvariantCulture);
}
