using System.Globalization;
using MgCap.Linux.Ethtool;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Ethtool;

/// <summary>A driver's own counters, against ethtool(8).</summary>
public sealed class DriverStatisticsTests
{
    [RootFact]
    public void Veth_AgreesWithEthtool_WhateverItsQueues()
    {
        using var lab = VethLab.Create("drvstat", new VethOptions { Queues = 3 });
        using var sender = lab.OpenSender();
        sender.Send(Frames.Udp4(new Flow(), 60), Frames.Udp4(new Flow(), 60));
        using var device = lab.CaptureSide.Run(() => new EthtoolDevice("cap0"));
        var statistics = new DriverStatistics(device);
        foreach (var queues in (int[])[3, 1, 2])
        {
            lab.CaptureSide.Exec("ethtool", "-L", "cap0", "rx", queues.ToString(CultureInfo.InvariantCulture));
            var told = Told(lab.CaptureSide.Exec("ethtool", "-S", "cap0"));
            Assert.True(told.Count > queues, "veth has counters for each queue");
            Assert.All(told, counter => Assert.Equal(counter.Value, statistics.Sum([counter.Key])));
            Assert.Equal(told["peer_ifindex"] + told["rx_queue_0_drops"], statistics.Sum(["peer_ifindex", "rx_queue_0_drops", "rx_out_of_buffer"]));
        }

        Assert.Null(statistics.Sum(["rx_out_of_buffer"]));
    }

    [RootTheory]
    [InlineData("lo")]
    [InlineData("none0")]
    public void InterfaceWithoutCounters_HasNoSum(string name)
    {
        using var network = NetworkNamespace.Create("nostat");
        using var device = network.Run(() => new EthtoolDevice(name));
        Assert.Null(new DriverStatistics(device).Sum(["rx_missed_errors"]));
    }

    /// <summary>A counter twice in a driver's list, or white space in a name, would never be summed right.</summary>
    [Fact]
    public void Table_HasEachCounterOnceAndTrimmed()
    {
        Assert.NotEmpty(DriverLosses.Drivers);
        foreach (var names in DriverLosses.Drivers.Select(DriverLosses.CountersOf))
        {
            Assert.Equal(names.Distinct(), names);
            Assert.All(names, name => Assert.Equal(name.Trim(), name));
            // A moment without a free buffer is no lost packet.
            Assert.DoesNotContain("rx_no_buffer_count", names);
        }

        Assert.Empty(DriverLosses.CountersOf("veth"));
        Assert.Empty(DriverLosses.CountersOf(null));
    }

    private static Dictionary<string, ulong> Told(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Skip(1)
        .Select(line => line.Trim().Split(": "))
        .ToDictionary(parts => parts[0], parts => ulong.Parse(parts[1], CultureInfo.InvariantCulture));
}
