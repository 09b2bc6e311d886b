using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Helpers;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Helpers;

/// <summary>What a helper that was taken over can reach, with Python in its place; and that helpers work with few rights of the console's own.</summary>
public sealed class HelperSandboxTests
{
    // Prints which of the attempts succeed.
    private const string Attempts = """
        import ctypes, json, os, socket, sys
        libc = ctypes.CDLL(None, use_errno=True)
        other, victim, parent = sys.argv[1:]
        def call(*arguments):
            if libc.syscall(*arguments) < 0: raise OSError(ctypes.get_errno(), 'refused')
        def connect():
            s = socket.socket(socket.AF_UNIX); s.connect(other + '/socket')
        def fork():
            pid = os.fork()
            if pid == 0: os._exit(0)
        attempts = {
            'read own file': lambda: open('own').read(),
            'read /etc/passwd': lambda: open('/etc/passwd').read(),
            'read another process': lambda: open('/proc/1/cmdline').read(),
            "read another helper's file": lambda: open(other + '/slice').read(),
            'list another folder': lambda: os.listdir(other),
            'write own file': lambda: open('own', 'w'),
            'make a file': lambda: open('new', 'w'),
            'remove own file': lambda: os.unlink('own'),
            'rename own file': lambda: os.rename('own', 'new'),
            'truncate own file': lambda: os.truncate('own', 0),
            'connect to a Unix socket': connect,
            'TCP socket': lambda: socket.socket(),
            'netlink socket': lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
            'vsock': lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM),
            'packet socket': lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
            'fork': fork,
            'new user namespace': lambda: call(272, 0x10000000),
            'new user namespace by clone': lambda: call(56, 0x10000000 | 17, 0, 0, 0, 0),
            'trace another helper': lambda: call(101, 16, int(victim), 0, 0),
            'kill the console': lambda: os.kill(int(parent), 0),
            'bpf': lambda: call(321, 0, 0, 0),
        }
        done = []
        for name, attempt in attempts.items():
            try:
                attempt(); done.append(name)
            except OSError: pass
        print(json.dumps(done))
        """;

    [RootFact]
    public void Helper_ReachesItsOwnFilesAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var (own, other) = (folder.PathOf("1"), folder.PathOf("2"));
        foreach (var path in (string[])[own, other])
            Directory.CreateDirectory(path, (UnixFileMode)0b111_111_111);
        File.WriteAllText(Path.Combine(own, "own"), "x");
        File.WriteAllText(Path.Combine(other, "slice"), "x");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(other, "socket")));
        listener.Listen();
        File.SetUnixFileMode(Path.Combine(other, "socket"), (UnixFileMode)0b110_110_110);
        using var victim = HelperSandbox.Start(Program("cat"));

        using var helper = HelperSandbox.Start(Program("python3", "-c", Attempts, other, $"{victim.Id}", $"{Environment.ProcessId}") with { Directory = own });
        var output = helper.StandardOutput.ReadToEnd();
        helper.WaitForExit();
        victim.Kill();

        Assert.True(output != "", helper.StandardError.ReadToEnd());
        Assert.Equal(["read own file"], JsonSerializer.Deserialize<string[]>(output)!);
        Assert.All(HelperSandbox.Measures, measure => Assert.Null(measure.Problem));
    }

    [RootTheory]
    [InlineData("-all,+net_raw,+net_admin,+bpf,+perfmon", "network", "user")]
    // With Docker's own.
    [InlineData("-all,+net_raw,+net_admin,+bpf,+perfmon,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+sys_chroot,+mknod,+audit_write,+setfcap", "network")]
    public async Task WithTheCapabilitiesOfAContainer_PacketsAreDissectedAndFiltered(string capabilities, params string[] missing)
    {
        using var capture = StoredCapture.Of(KnownFrames.Udp(50), "setpriv", $"--bounding-set={capabilities}", "--inh-caps=-all");

        var page = (await capture.Api.GetAsync($"{capture.Address}/packets")).As<PacketPage>();
        var found = (await capture.Api.GetAsync($"{capture.Address}/packets?display=frame.number==7")).As<PacketPage>();
        var system = (await capture.Api.GetAsync("/api/system")).Json.GetProperty("sandbox").EnumerateArray();
        var status = File.ReadAllText($"/proc/{Assert.Single(HelpersOf(capture.Console.ProcessId))}/status");

        Assert.Equal((DissectorKind.Sharkd, 50), (page.Dissector, page.Rows.Count));
        Assert.Equal([7L], found.Rows.Select(row => row.Number));
        Assert.Equal(missing, system.Where(measure => !measure.GetProperty("holds").GetBoolean()).Select(measure => measure.GetProperty("name").GetString()!));
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_ThatIsNotInstalled_IsAnIOException() =>
        Assert.Contains("no-such-program", Assert.ThrowsAny<IOException>(() => HelperSandbox.Start(Program("no-such-program"))).Message, StringComparison.Ordinal);

    private static HelperProgram Program(string name, params string[] arguments) => new(name, arguments) { Memory = 1L << 30, ProcessorSeconds = 60 };

    private static List<int> HelpersOf(int console) =>
        [.. Process.GetProcessesByName("sharkd").Select(process => process.Id).Where(id => File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ')[1] == $"{console}")];
}
