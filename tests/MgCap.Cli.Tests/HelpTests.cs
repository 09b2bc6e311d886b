using MgCap.Cli.Tests.Support;

namespace MgCap.Cli.Tests;

/// <summary>The whole of what people read first. A change here is a change of what they can rely on.</summary>
public sealed class HelpTests
{
    [Fact]
    public void Program_SaysWhatItCanDo() => AssertHelp(
        """
        Description:
          Captures network traffic into PCAP-NG files, which Wireshark opens.
          Into a file:     mgcap dump -i eth0 -f "tcp port 443" -w web.pcapng
          Into Wireshark:  mgcap dump -i eth0 -w - | wireshark -k -i -

        Usage:
          mgcap [command] [options]

        Options:
          -?, -h, --help  Show help and usage information
          --version       Show version information

        Commands:
          dump <IF> <FILTER>     Capture an interface into a PCAP-NG file until interrupted (Ctrl+C).
          record <IF> <FILTER>   Keep the newest packets of an interface in memory, and save them to a file when a trigger goes off, or on SIGUSR1; until interrupted (Ctrl+C).
          interfaces             List the network interfaces that can be captured.
          hwtstamp <IF> <0|1>    Show or switch a network card's time stamping of received packets.
          gen                    Send numbered UDP packets, so that losses can be counted, until interrupted (Ctrl+C).
          open                   Print a link to the console that signs a browser in as you, once and within two minutes.
          token                  Make, list and revoke tokens, which let programs and browsers into the console.
          start <KEYWORD VALUE>  Start a capture in the kernel module; /dev/mgcap/IF then has its packets.
          stop <KEYWORD VALUE>   Stop the kernel module's capture on an interface.
          set <KEYWORD VALUE>    Switch the mode of the kernel module's capture on an interface.
          show <KEYWORD VALUE>   Show the kernel module's captures and what they have counted.
        """,
        "--help");

    [Fact]
    public void TokenAdd_SaysItsOptions() => AssertHelp(
        """
        Description:
          Make a token and print it; it is shown this once.

        Usage:
          mgcap token add <NAME> [options]

        Arguments:
          <NAME>  Who or what the token is for.

        Options:
          --role <viewer|operator|admin>  viewer sees and downloads; operator also starts and stops captures, and deletes its own; admin may do everything. [default: viewer]
          --days <N>                      After how many days it ends; without it, never.
          --server <URL>                  The console. Elsewhere than on this machine, the variable MGCAP_TOKEN has a token for it. [default: http://127.0.0.1:5080]
          -?, -h, --help                  Show help and usage information
        """,
        "token", "add", "--help");

    [Fact]
    public void Dump_SaysItsOptions() => AssertHelp(
        """
        Description:
          Capture an interface into a PCAP-NG file until interrupted (Ctrl+C).

        Usage:
          mgcap dump [<IF> [<FILTER>...]] [options]

        Arguments:
          <IF>      The interface, by its name or as /dev/mgcap/IF; the same as -i IF.
          <FILTER>  Capture only packets that match; the same as -f FILTER. Options that tcpdump and dumpcap have are taken where they change nothing here; others say what there is instead.

        Options:
          -i, --interface <IF>                         The interface; 'mgcap interfaces' lists them, and any is every one. With several -i one file has the packets of all.
          -w, --write <FILE>                           The file to write, in the place of one that is there, or - for standard output. [default: output.pcapng, or output-2.pcapng and so on where that is there]
          -s, --snaplen, --snapshot-length <BYTES>     Bytes kept of each packet, 14 to 262144. [default: 96]
          -f, --filter <FILTER>                        Capture only packets that match, see pcap-filter(7).
          -m, --mode <mirror|drop>                     Whether captured packets also go on to the network stack (mirror) or no further (drop). [default: mirror]
          --force                                      Drop even where that cuts off this SSH session or the default route.
          -d, --direction <in|out|both>                Whether received packets (in), sent ones (out) or both are captured. [default: both; with -m drop: in]
          --engine <auto|xdp|kmod|packet>              How packets are taken from the interface; auto is the fastest way that can do what is asked. [default: auto]
          -c, --count <PACKETS>                        Stop after this many captured packets.
          -a, --autostop <CONDITION>                   Stop after seconds:N (or duration:N), bytes:N or packets:N, whichever comes first of several -a.
          -b, --ring-buffer <CONDITION>                Begin a new file after filesize:KB, duration:SECONDS or packets:N, or at multiples of interval:SECONDS; files:N keeps the newest N, printname:FILE names those that have ended.
          -p, --no-promiscuous, --no-promiscuous-mode  Capture only what is addressed to this host: no promiscuous mode.
          --hwtstamp                                   Take time stamps from the network card, not from the kernel.
          --capture-comment <TEXT>                     A comment for the file's head.
          -q, --quiet                                  Do not show the counts while it captures.
          -P, --pcap                                   Write the older format, PCAP with nanoseconds, which has packets alone: for tools that read nothing else.
          -D, --list-interfaces                        List the interfaces, as 'mgcap interfaces' does, and capture nothing.
          --live                                       Write packets to standard output too, as they come; a reader that is too slow misses some, the file none.
          --json                                       Write the summary to standard output, as JSON.
          -?, -h, --help                               Show help and usage information
        """,
        "dump", "--help");

    [Fact]
    public void Interfaces_SaysItsOptions() => AssertHelp(
        """
        Description:
          List the network interfaces that can be captured.

        Usage:
          mgcap interfaces [options]

        Options:
          --json          Write JSON, as GET /api/interfaces answers.
          -?, -h, --help  Show help and usage information
        """,
        "interfaces", "--help");

    [Fact]
    public void Hwtstamp_SaysItsOptions() => AssertHelp(
        """
        Description:
          Show or switch a network card's time stamping of received packets.

        Usage:
          mgcap hwtstamp <IF> [<0|1>] [options]

        Arguments:
          <IF>   The interface; 'mgcap interfaces' lists them.
          <0|1>  1: the card stamps every received packet. 0: it stamps none. Without it, nothing is switched.

        Options:
          --json          Write JSON, as GET /api/interfaces/IF/hwtstamp answers.
          -?, -h, --help  Show help and usage information
        """,
        "hwtstamp", "--help");

    [Fact]
    public void Gen_SaysItsOptions() => AssertHelp(
        """
        Description:
          Send numbered UDP packets, so that losses can be counted, until interrupted (Ctrl+C).

        Usage:
          mgcap gen [options]

        Options:
          -i, --interface <IF>        The interface that sends.
          -n, --count <PACKETS>       How many packets, of all threads together; 0 sends until interrupted. [default: 0]
          -r, --rate <PPS>            Packets a second, of all threads together; 0 is as fast as possible. [default: 0]
          -l, --length <LENGTH>       Length of each frame without FCS, 60 (IPv6: 80) to 9000 bytes. [default: 128]
          --flows <N>                 How many flows, which differ in their source port, 1 to 64512. [default: 1]
          --threads <N>               How many threads send; each numbers its packets from 0. [default: 1]
          --core <CORE>               Pin the threads to these cores in turn: --core 0,2 or --core 0 --core 2.
          -4                          Send UDP over IPv4. This is the default.
          -6                          Send UDP over IPv6.
          --dst-mac <MAC>             The link-layer address that frames are sent to. [default: 02:00:00:00:00:02]
          --method <auto|xdp|packet>  How frames are sent: made by an XDP program in the kernel (a veth with GRO or XDP at its other end), or by packet sockets. [default: auto]
          --json                      Write the summary as JSON.
          -?, -h, --help              Show help and usage information
        """,
        "gen", "--help");

    [Fact]
    public void Start_SaysItsKeywords() => AssertHelp(
        """
        Description:
          Start a capture in the kernel module; /dev/mgcap/IF then has its packets.

        Usage:
          mgcap start [<KEYWORD VALUE>...] [options]

        Arguments:
          <KEYWORD VALUE>  dev IF               The interface.
                           mode mirror|drop     Whether captured packets also go on to the network stack (mirror) or no further (drop). [default: mirror]
                           snaplen BYTES        Bytes kept of each packet, 14 to 262144. [default: 96]
                           slots N              How many packets each processor has room for, a power of two. [default: 32768]
                           filter TEXT          Capture only packets that match, see pcap-filter(7); one word, in quotes.

        Options:
          --force         Drop even where that cuts off this SSH session or the default route.
          -?, -h, --help  Show help and usage information
        """,
        "start", "--help");

    [Fact]
    public void Stop_SaysItsKeywords() => AssertHelp(
        """
        Description:
          Stop the kernel module's capture on an interface.

        Usage:
          mgcap stop [<KEYWORD VALUE>...] [options]

        Arguments:
          <KEYWORD VALUE>  dev IF  The interface.

        Options:
          -?, -h, --help  Show help and usage information
        """,
        "stop", "--help");

    [Fact]
    public void Set_SaysItsKeywords() => AssertHelp(
        """
        Description:
          Switch the mode of the kernel module's capture on an interface.

        Usage:
          mgcap set [<KEYWORD VALUE>...] [options]

        Arguments:
          <KEYWORD VALUE>  dev IF               The interface.
                           mode mirror|drop     Whether captured packets also go on to the network stack (mirror) or no further (drop).

        Options:
          --force         Drop even where that cuts off this SSH session or the default route.
          -?, -h, --help  Show help and usage information
        """,
        "set", "--help");

    [Fact]
    public void Show_SaysItsKeywords() => AssertHelp(
        """
        Description:
          Show the kernel module's captures and what they have counted.

        Usage:
          mgcap show [<KEYWORD VALUE>...] [options]

        Arguments:
          <KEYWORD VALUE>  dev IF  The interface; all of them where none is given.

        Options:
          --json          Write JSON, as 'ip -j mgcap show' does.
          -?, -h, --help  Show help and usage information
        """,
        "show", "--help");

    [Fact]
    public void Version_IsOneLine()
    {
        var outcome = Mgcap.Run(null, "--version");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+\n$", outcome.Output);
    }

    private static void AssertHelp(string expected, params string[] arguments)
    {
        var outcome = Mgcap.Run(null, arguments);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Equal(expected.TrimEnd(), outcome.Output.TrimEnd());
    }
}
