using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Gen;

/// <summary>What is refused: the exit code, and one line on standard error that says what is wrong and what to do.</summary>
public sealed class GenRefusalTests : GenTest
{
    [Theory]
    [InlineData("which interface? Give -i IF; 'mgcap interfaces' lists them")]
    [InlineData("the interface must be the name of a network interface: 1 to 15 bytes without slash, colon or white space; or an alternative name, up to 127 bytes", "-i", "a/b")]
    [InlineData("-n must be 0 (until interrupted) or more", "-i", "lo", "-n", "-1")]
    [InlineData("-n x: write a whole number. Try 'mgcap gen --help'.", "-i", "lo", "-n", "x")]
    [InlineData("-r must be 0 (as fast as possible) or more packets per second", "-i", "lo", "-r", "-5")]
    [InlineData("-l must be from 60 to 9000 bytes", "-i", "lo", "-l", "59")]
    [InlineData("-l must be from 60 to 9000 bytes", "-i", "lo", "-l", "9001")]
    [InlineData("-l must be from 80 to 9000 bytes for IPv6", "-i", "lo", "-6", "-l", "79")]
    [InlineData("--flows must be from 1 to 64512", "-i", "lo", "--flows", "0")]
    [InlineData("--flows must be from 1 to 64512", "-i", "lo", "--flows", "64513")]
    [InlineData("--threads must be from 1 to 256", "-i", "lo", "--threads", "0")]
    [InlineData("--core must be from 0 to 1023", "-i", "lo", "--core", "1024")]
    [InlineData("--core x: write the number of a core, or several with commas", "-i", "lo", "--core", "0,x")]
    [InlineData("--dst-mac here: write a link-layer address such as 02:00:00:00:00:02", "-i", "lo", "--dst-mac", "here")]
    [InlineData("--dst-mac must be a link-layer address such as 02:00:00:00:00:02", "-i", "lo", "--dst-mac", "0200")]
    [InlineData("one of -4 and -6 at a time", "-i", "lo", "-4", "-6")]
    [InlineData("--method xdp knows no rate: it is as fast as it can; leave -r or take the method packet", "-i", "lo", "--method", "xdp", "-r", "5")]
    [InlineData("Argument 'smoke' not recognized. Must be one of: 'auto' 'xdp' 'packet'. Try 'mgcap gen --help'.", "-i", "lo", "--method", "smoke")]
    [InlineData("Unrecognized command or argument '--bogus'. Try 'mgcap gen --help'.", "-i", "lo", "--bogus")]
    public void WrongUsage_IsTold(string expected, params string[] arguments)
    {
        var outcome = Mgcap.Run(null, ["gen", .. arguments]);
        Assert.Equal((2, $"mgcap: {expected}\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }

    [RootTheory]
    [InlineData("There is no interface nosuch. 'mgcap interfaces' lists them.", "-i", "nosuch")]
    [InlineData("The interface off0 is down. Bring it up: ip link set off0 up", "-i", "off0")]
    [InlineData("tun0 takes no Ethernet frames (RAW); choose another interface", "-i", "tun0")]
    [InlineData("gen0 takes frames of up to 1514 bytes. Ask for no more with -l, or: ip link set gen0 mtu 1501", "-i", "gen0", "-l", "1515")]
    [InlineData(
        "gen0 can't send by XDP: frames do not go out; a veth needs NAPI at its other end: ethtool -K PEER gro on. Leave --method, or take packet",
        "-i", "gen0", "--method", "xdp", "-n", "1")]
    public void Refusal_IsTold(string expected, params string[] arguments)
    {
        Lab.SenderSide.Ip("link", "add", "name", "off0", "type", "bridge");
        Lab.SenderSide.Ip("link", "set", "dev", "gen0", "mtu", "1500");
        using var tun = new TapDevice(Lab.SenderSide, "tun0", ip: true);
        var outcome = Mgcap.Run(Lab.SenderSide, ["gen", .. arguments]);
        Assert.Equal((1, $"mgcap: {expected}\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
        Assert.Equal(0, Lab.ReadArrivals().Packets);
    }

    [RootFact]
    public void MissingPrivilege_IsNamedWithItsRemedy()
    {
        var outcome = Mgcap.RunCommand(
            Lab.SenderSide, null, "setpriv", "--bounding-set=-all", "--inh-caps=-all", BuiltPrograms.CommandLine, "gen", "-i", "gen0", "-n", "1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("mgcap: Sending needs the capability CAP_NET_RAW", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [RootFact]
    public void MissingBpfPrivilege_StillSends()
    {
        KernelFlood.EnableNapi(Lab);
        var outcome = Mgcap.RunCommand(
            Lab.SenderSide, null, "setpriv", "--bounding-set=-all,+net_raw", "--inh-caps=-all", BuiltPrograms.CommandLine, "gen", "-i", "gen0", "-n", "100", "--json");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(("packet", 100), (GenSays.Read(outcome.Output).Method, GenSays.Read(outcome.Output).Sent));
        Assert.Equal(100, Lab.ReadArrivals().Packets);
    }

    [RootFact]
    public void CoreThatIsNotThere_IsTold()
    {
        var outcome = Mgcap.Run(Lab.SenderSide, "gen", "-i", "gen0", "-n", "1000", "--threads", "2", "--core", "1023");
        Assert.Equal((1, "mgcap: could not pin a thread to core 1023: Invalid argument (EINVAL)"), (outcome.ExitCode, outcome.ErrorLines[^1]));
        Assert.Equal(0, Lab.ReadArrivals().Packets);
    }

    [RootTheory]
    [InlineData("packet", false)]
    [InlineData("xdp", false)]
    [InlineData("xdp", true)]
    public void InterfaceThatGoes_EndsItWithASummary(string method, bool away)
    {
        KernelFlood.EnableNapi(Lab);
        using var run = Mgcap.StartCommand(Lab.SenderSide, null, BuiltPrograms.CommandLine, "gen", "-i", "gen0", "--method", method, "--json");
        Wait.Until(() => Lab.ReadArrivals().Packets > 1000, "packets to arrive");
        if (away)
            Lab.DeleteCable();
        else
            Lab.SenderSide.Ip("link", "set", "dev", "gen0", "down");
        var outcome = run.WaitForExit();
        Assert.Equal((1, "mgcap: could not send frames: Network is down (ENETDOWN)"), (outcome.ExitCode, outcome.ErrorLines[^1]));
        Assert.InRange(GenSays.Read(outcome.Output).Sent, away ? 1 : 1000, long.MaxValue);
    }
}
