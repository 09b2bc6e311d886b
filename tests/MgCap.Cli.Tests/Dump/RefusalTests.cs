using MgCap.Cli.Tests.Support;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Dump;

/// <summary>What is refused: the exit code, and one line on standard error that says what is wrong and what to do.</summary>
public sealed class RefusalTests : DumpTest
{
    [Theory]
    [InlineData("which interface? Give -i IF; 'mgcap interfaces' lists them")]
    [InlineData("lo stands where the filter is to be: give each interface with -i (-i cap1 -i lo)", "lo", "-i", "cap1")]
    [InlineData("/dev/mgcap/eth0 stands where the filter is to be: give each interface with -i (-i cap1 -i /dev/mgcap/eth0)", "/dev/mgcap/eth0", "-i", "cap1")]
    [InlineData("-i is lo again; name each interface once", "-i", "lo", "-i", "lo")]
    [InlineData("--hwtstamp is for captures of one interface: two cards have two clocks, which would not put their packets in one order", "-i", "lo", "-i", "eth0", "--hwtstamp")]
    [InlineData("one filter at a time: -f 'tcp' or 'udp port 9'", "-i", "lo", "-f", "tcp", "udp", "port", "9")]
    [InlineData("-w needs the name of a file, or - for standard output", "lo", "-w", "")]
    [InlineData("the interface must be the name of a network interface: 1 to 15 bytes without slash, colon or white space; or an alternative name, up to 127 bytes", "a/b")]
    [InlineData("the interface must be the name of a network interface: 1 to 15 bytes without slash, colon or white space; or an alternative name, up to 127 bytes", "-i", "sixteen letters-")]
    [InlineData("--capture-comment needs PCAP-NG: the older format (-P) has no place for it", "lo", "-P", "--capture-comment", "x")]
    [InlineData("-s must be from 14 to 262144 bytes", "lo", "-s", "13")]
    [InlineData("-s must be from 14 to 262144 bytes", "lo", "-s", "262145")]
    [InlineData("-s must be from 14 to 262144 bytes", "lo", "-s", "-1")]
    [InlineData("-s 1.5: write a whole number. Try 'mgcap dump --help'.", "lo", "-s", "1.5")]
    [InlineData("-c x: write a whole number. Try 'mgcap dump --help'.", "lo", "-c", "x")]
    [InlineData("-c must be 0 (no limit) or more", "lo", "-c", "-1")]
    [InlineData("-a 5: write seconds:N, bytes:N or packets:N", "lo", "-a", "5")]
    [InlineData("-a seconds:x: write seconds:N, bytes:N or packets:N", "lo", "-a", "seconds:x")]
    [InlineData("-a seconds:-1: write seconds:N, bytes:N or packets:N", "lo", "-a", "seconds:-1")]
    [InlineData("-a files:3: write seconds:N, bytes:N or packets:N", "lo", "-a", "files:3")]
    [InlineData("Option '-f' expects a single argument but 2 were provided. Try 'mgcap dump --help'.", "lo", "-f", "tcp", "-f", "udp")]
    [InlineData("there is no option --bogus; 'mgcap dump --help' lists them", "--bogus")]
    [InlineData("there is no -x: MgCap prints no packets; pipe them: mgcap dump -w - | tcpdump -nr -", "lo", "-x")]
    [InlineData("there is no option -Y; 'mgcap dump --help' lists them", "-Y")]
    [InlineData("Argument 'none' not recognized. Must be one of: 'mirror' 'drop'. Try 'mgcap dump --help'.", "lo", "-m", "none")]
    [InlineData("Required argument missing for option: '-w'. Try 'mgcap dump --help'.", "lo", "-w")]
    public void WrongUsage_IsTold(string expected, params string[] arguments)
    {
        var outcome = Mgcap.Run(null, ["dump", .. arguments]);
        Assert.Equal((2, $"mgcap: {expected}\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }

    [Fact]
    public void LongFilter_IsWrongUsage() => Assert.Equal(
        "mgcap: -f must be at most 65536 bytes; this one has 100000\n", Mgcap.Run(null, "dump", "lo", "-f", new string('(', 100_000)).Errors);

    [Theory]
    [InlineData("Required command was not provided. Try 'mgcap --help'.")]
    [InlineData("Unrecognized command or argument 'frob'. Try 'mgcap --help'.", "frob")]
    public void WrongCommand_IsTold(string expected, params string[] arguments)
    {
        var outcome = Mgcap.Run(null, arguments);
        Assert.Equal((2, $"mgcap: {expected}\n"), (outcome.ExitCode, outcome.Errors));
    }

    [RootTheory]
    [InlineData("There is no interface nosuch. 'mgcap interfaces' and GET /api/interfaces list them.", "nosuch")]
    [InlineData("The interface off0 is down. Bring it up: ip link set off0 up", "off0")]
    [InlineData("can't parse filter expression: syntax error", "cap0", "-f", "tcp prt 443")]
    [InlineData("No engine can do this on cap0 (kmod: the kernel module mgcap is not loaded: modprobe mgcap, or insmod mgcap.ko (docs/kmod.md)).", "cap0", "--engine", "kmod")]
    [InlineData("No engine can do this on cap0 (packet: packet sockets see copies of packets and can't drop them).", "cap0", "--engine", "packet", "-m", "drop")]
    [InlineData("could not open /nonexistent/capture.pcapng: No such file or directory (ENOENT)", "cap0", "-w", "/nonexistent/capture.pcapng")]
    public void Refusal_IsTold(string expected, params string[] arguments)
    {
        Inside.Ip("link", "add", "name", "off0", "type", "bridge");
        // Into the test's own folder, so that nothing is left where the tests run.
        var outcome = Mgcap.RunCommand(Inside, Folder, [BuiltPrograms.CommandLine, "dump", .. arguments]);
        Assert.Equal((1, $"mgcap: {expected}\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [RootFact]
    public void FileThatIsAFolder_IsTold()
    {
        var outcome = Mgcap.Run(Inside, "dump", "cap0", "-w", Folder);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal($"mgcap: could not write to {Folder}: Is a directory (EISDIR)\n", outcome.Errors);
    }

    [RootTheory]
    [InlineData]
    [InlineData("-f", "tcp port 443")]
    public void MissingPrivilege_IsNamedWithItsRemedy(params string[] arguments)
    {
        // Root without any capability may do no more than nobody, and still read the program where only root may.
        var outcome = Mgcap.RunCommand(
            Inside, Folder, ["setpriv", "--bounding-set=-all", "--inh-caps=-all", BuiltPrograms.CommandLine, "dump", "cap0", .. arguments]);
        Assert.Equal(1, outcome.ExitCode);
        var line = Assert.Single(outcome.ErrorLines);
        Assert.StartsWith("mgcap: Capturing needs the capability CAP_NET_RAW, ", line, StringComparison.Ordinal);
        Assert.EndsWith("Run MgCap as root.", line, StringComparison.Ordinal);
    }

    [RootFact]
    public void MissingBpfPrivilege_StillCaptures()
    {
        using var run = Mgcap.StartCommand(
            Inside, Folder, "setpriv", "--bounding-set=-all,+net_raw", "--inh-caps=-all", BuiltPrograms.CommandLine, "dump", "cap0", "-w", FilePath,
            "-f", "tcp", "-c", "1", "--json");
        run.WaitForStart();
        SendAll();
        var outcome = run.WaitForExit();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal([Expected()[1]], FramesOf(FilePath));
        Assert.Contains("filtered packets not counted", outcome.Output, StringComparison.Ordinal);
    }
}
