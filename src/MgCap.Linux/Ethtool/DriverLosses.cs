namespace MgCap.Linux.Ethtool;

/// <summary>
/// Counters of a driver's own (ethtool -S) of packets that the device lost because it had no room for them, for drivers that do not
/// count all of these, and nothing else, in rx_missed_errors or rx_fifo_errors.
/// </summary>
/// <remarks>
/// Not in the table, as a packet that is counted there may be received after all: rx_no_buffer_count of Intel's drivers
/// (the register RNBC: no descriptor was free at that moment, and the packet waited in the device's own memory; if that overflows,
/// rx_missed_errors counts it). Not either: errors of frames (rx_crc_errors, rx_length_errors), which no buffer would have helped; and
/// the driver ena, which adds its device's drops to rx_dropped and lists them in none of its own counters (ena_ethtool.c).
/// </remarks>
public static class DriverLosses
{
    // What the kernel's drivers (drivers/net/ethernet) add up to which counter. The counters of one driver never count the same packet.
    private static readonly Dictionary<string, string[]> _counters = new()
    {
        // The queues' loss for lack of buffers; the port's, before any queue. The kernel adds the latter to rx_dropped, or nowhere.
        ["mlx5_core"] = ["rx_out_of_buffer", "rx_discards_phy"],
        // In rx_dropped only.
        ["enic"] = ["rx_no_bufs"],
        ["sfc"] = ["port_rx_nodesc_drops"],
        ["i40e"] = ["port.rx_discards"],
        ["ice"] = ["rx_dropped.nic"],
        // Nowhere in the interface's counters. One for each queue, indented.
        ["vmxnet3"] = ["pkts rx OOB"],
        // The port's loss, and the queues' where these may drop; the latter is nowhere in the interface's counters.
        ["ixgbe"] = ["rx_missed_errors", "rx_no_dma_resources"],
        // The port's and the queues' loss, which are different packets here.
        ["igb"] = ["rx_missed_errors", "rx_fifo_errors"],
        ["igc"] = ["rx_missed_errors", "rx_fifo_errors"],
    };

    /// <summary>The names of a driver's counters of lost packets, without the white space around them.</summary>
    /// <returns>Empty where the interface's own counters are all there is.</returns>
    public static IReadOnlyCollection<string> CountersOf(string? driver) => driver is not null && _counters.TryGetValue(driver, out var names) ? names : [];

    /// <summary>The drivers that have such counters.</summary>
    public static IReadOnlyCollection<string> Drivers => _counters.Keys;
}
