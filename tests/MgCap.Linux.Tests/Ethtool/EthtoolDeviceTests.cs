using System.Globalization;
using MgCap.Linux.Ethtool;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Ethtool;

/// <summary>What MgCap asks drivers, against what ethtool(8) is told.</summary>
public sealed class EthtoolDeviceTests : IDisposable
{
    private readonly NetworkNamespace _network = NetworkNamespace.Create("ethtool");

    [RootFact]
    public void Veth_AgreesWithEthtool()
    {
        _network.Ip("link", "add", "veth0", "numrxqueues", "3", "numtxqueues", "3", "type", "veth", "peer", "name", "veth1");
        Assert.Equal("veth", Field(_network.Exec("ethtool", "-i", "veth0"), "driver:"));
        Assert.Equal("veth", Ask("veth0", device => device.Driver()));
        Assert.Equal(3, Ask("veth0", device => device.ReceiveQueues()));
        _network.Exec("ethtool", "-L", "veth0", "rx", "2");
        Assert.Equal("2", Current(_network.Exec("ethtool", "-l", "veth0"), "RX:"));
        Assert.Equal(2, Ask("veth0", device => device.ReceiveQueues()));
        // What veth claims.
        Assert.Equal("10000Mb/s", Field(_network.Exec("ethtool", "veth0"), "Speed:"));
        Assert.Equal(10000, Ask("veth0", device => device.SpeedMbps()));
    }

    [RootFact]
    public void Tap_AgreesWithEthtool()
    {
        using var tap = new TapDevice(_network, "tap0");
        Assert.Equal(Field(_network.Exec("ethtool", "-i", "tap0"), "driver:"), Ask("tap0", device => device.Driver()));
        Assert.Equal(Field(_network.Exec("ethtool", "tap0"), "Speed:"), $"{Ask("tap0", device => device.SpeedMbps())}Mb/s");
        Assert.Equal(Current(_network.Exec("ethtool", "-l", "tap0"), "Combined:"), $"{Ask("tap0", device => device.ReceiveQueues())}");
    }

    [RootFact]
    public void Loopback_HasNoSpeedAndNoQueues()
    {
        Assert.Null(Field(_network.Exec("ethtool", "lo"), "Speed:"));
        Assert.Null(Ask("lo", device => device.SpeedMbps()));
        Assert.Null(Ask("lo", device => device.ReceiveQueues()));
        Assert.False(Ask("lo", device => device.HardwareTimestamping()).Supported);
    }

    [RootTheory]
    [InlineData("none0")]
    [InlineData("")]
    [InlineData("sixteen-letters!")]
    [InlineData("a name that is longer than an interface's")]
    public void UnknownInterface_AnswersNothing(string name)
    {
        Assert.Null(Ask(name, device => device.Driver()));
        Assert.Null(Ask(name, device => device.ReceiveQueues()));
        Assert.Null(Ask(name, device => device.SpeedMbps()));
        Assert.Equal(new HardwareTimestamping(false, 0, 0, -1), Ask(name, device => device.HardwareTimestamping()));
    }

    [RootFact]
    public void Timestamping_AgreesWithEthtool()
    {
        _network.Ip("link", "add", "veth0", "type", "veth", "peer", "name", "veth1");
        var told = _network.Exec("ethtool", "-T", "veth0");
        var clock = Field(told, "PTP Hardware Clock:");
        var expected = new HardwareTimestamping(
            told.Contains("hardware-receive", StringComparison.Ordinal), 0, 0, clock == "none" ? -1 : int.Parse(clock!, CultureInfo.InvariantCulture));
        Assert.Equal(expected, Ask("veth0", device => device.HardwareTimestamping()));
    }

    public void Dispose() => _network.Dispose();

    private T Ask<T>(string name, Func<EthtoolDevice, T> question) => _network.Run(() =>
    {
        using var device = new EthtoolDevice(name);
        return question(device);
    });

    private static string? Current(string channels, string label) =>
        Field(channels[channels.IndexOf("Current hardware settings:", StringComparison.Ordinal)..], label);

    private static string? Field(string text, string label) =>
        text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal))?[label.Length..].Trim();
}
