using System.Globalization;
using System.Text.Json;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Access;

/// <summary>Who comes from this machine is known by the kernel: by TCP on loopback and by a Unix socket.</summary>
public sealed class ConnectionUserTests
{
    // Debian has these two in every system; daemon is the group of the user daemon.
    private const string Nobody = "65534", Daemon = "1";

    [RootTheory]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://localhost")]
    public void Loopback_KnowsTheUser(string host)
    {
        using var console = Start("http://localhost");
        var address = $"{host}:{console.Address.Port}";
        Assert.Equal("root admin connection", Who("0", address));
        Assert.Equal("daemon operator connection", Who(Daemon, address));
        Assert.Equal("unauthorized", Who(Nobody, address));
    }

    [RootFact]
    public void UnixSocket_KnowsTheUser()
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { Arguments = ["--MgCap:Security:Group=daemon"] });
        var socket = console.SocketPath;
        // The folder of the test's own is closed to others.
        foreach (var path in (string[])[Path.GetDirectoryName(socket)!, socket])
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("777", 8));
        Assert.Equal("root admin connection", Who("0", "http://localhost", "--unix-socket", socket));
        Assert.Equal("daemon operator connection", Who(Daemon, "http://localhost", "--unix-socket", socket));
        Assert.Equal("unauthorized", Who(Nobody, "http://localhost", "--unix-socket", socket));
    }

    /// <summary>What a process has left behind belongs to nobody; kernels before 6.17 say that it is root's.</summary>
    [RootFact]
    public async Task ClosedConnection_IsNobodys()
    {
        using var console = Start("http://127.0.0.1");
        using var api = new ConsoleApi(console);
        const string script = """
            import socket, sys
            for i in range(200):
                s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                body = b'{"name":"left behind %d"}' % i
                s.sendall(b"POST /api/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                if i % 2:
                    s.shutdown(socket.SHUT_WR)
                s.close()
            """;
        Tool.Run("setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "/usr/bin/python3", "-c", script, console.Address.Port.ToString(CultureInfo.InvariantCulture));

        Assert.Equal("unauthorized", Who(Nobody, $"http://127.0.0.1:{console.Address.Port}"));
        Assert.Empty((await api.GetAsync("/api/tokens")).Json.GetProperty("tokens").EnumerateArray());
    }

    /// <summary>A connection that the kernel does not find by its addresses, and a listener of root's on its port, which it finds instead.</summary>
    [RootFact]
    public void ListenerOnTheClientsPort_IsNotTheClient()
    {
        using var console = Start("http://127.0.0.1");
        const string script = """
            import os, socket, sys
            told, tell = os.pipe()
            waits, wake = os.pipe()
            if os.fork() == 0:
                os.setgroups([]); os.setgid(65534); os.setuid(65534)
                s = socket.socket()
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
                s.bind(("127.0.0.1", 0))
                os.write(tell, str(s.getsockname()[1]).encode())
                os.read(waits, 1)
                s.connect(("127.0.0.1", int(sys.argv[1])))
                s.sendall(b"GET /api/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                print(s.recv(4096).split(b"\r\n")[0].decode(), flush=True)
                os._exit(0)
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", int(os.read(told, 16))))
            listener.listen(1)
            os.write(wake, b"x")
            os.wait()
            """;
        Assert.Equal("HTTP/1.1 401 Unauthorized", Tool.Run("/usr/bin/python3", "-c", script, console.Address.Port.ToString(CultureInfo.InvariantCulture)).Trim());
    }

    /// <summary>As a page of elsewhere asks whose name leads here (DNS rebinding), where the console answers to every name.</summary>
    [RootFact]
    public void OtherHostName_IsNotTheUsersOwn()
    {
        using var console = Start("http://127.0.0.1");
        Assert.Equal("unauthorized", Who("0", $"http://127.0.0.1:{console.Address.Port}", "-H", "Host: rebound.example"));
    }

    [RootTheory]
    [InlineData("X-Forwarded-For: 10.0.0.1")]
    [InlineData("X-Forwarded-Proto: https")]
    [InlineData("Forwarded: for=10.0.0.1")]
    [InlineData("Via: 1.1 proxy")]
    [InlineData("X-Real-IP: 10.0.0.1")]
    public void ProxysUser_IsNotItsClients(string header)
    {
        using var console = Start("http://127.0.0.1");
        Assert.Equal("unauthorized", Who("0", $"http://127.0.0.1:{console.Address.Port}", "-H", header));
    }

    [RootFact]
    public void SudosUser_RunsTheConsole()
    {
        using var console = Start("http://127.0.0.1", "env", "SUDO_UID=65534");
        Assert.Equal("nobody admin connection", Who(Nobody, $"http://127.0.0.1:{console.Address.Port}"));
    }

    private static ConsoleProcess Start(string host, params string[] prefix) => ConsoleProcess.Start(
        new ConsoleOptions { OnPort = true, Prefix = prefix, Host = host, Arguments = ["--MgCap:Security:Group=daemon", "--AllowedHosts=*"] });

    /// <summary>What the console says of a user who asks by curl: name, role and way, or the code of its refusal.</summary>
    private static string Who(string user, string address, params string[] options)
    {
        var answer = Tool.Run("setpriv", ["--reuid", user, "--regid", user, "--clear-groups", "curl", "-sg", .. options, $"{address}/api/me"]);
        var json = JsonDocument.Parse(answer).RootElement;
        return json.TryGetProperty("code", out var code) ? code.GetString()! : $"{json.GetProperty("name")} {json.GetProperty("role")} {json.GetProperty("via")}";
    }
}
