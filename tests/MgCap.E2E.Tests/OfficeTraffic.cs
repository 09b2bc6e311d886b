using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MgCap.Testing;

namespace MgCap.E2E.Tests;

/// <summary>
/// What goes on in an office, between two hosts of a cable of their own: pages fetched by HTTP, names asked for by DNS, and a
/// ping. The sockets are real, and so is what the kernels say to each other. It comes in waves.
/// </summary>
internal sealed class OfficeTraffic : IAsyncDisposable
{
    /// <summary>The interface that it is seen at, in the capture's namespace.</summary>
    public const string Interface = "eth0";

    private const string Peer = "eth1";
    private const int HttpPort = 80;
    private const int DnsPort = 53;
    private const int Pages = 6;

    private static readonly IPAddress _server = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress _client = IPAddress.Parse("192.0.2.2");
    private static readonly string[] _names = ["www.example.org", "mail.example.org", "files.example.net", "printer.example.com"];

    private readonly CancellationTokenSource _enough = new();
    private readonly NetworkNamespace _here;
    private readonly Process _ping;
    private readonly Socket _web;
    private readonly Socket _dns;
    private readonly Task[] _all;

    /// <summary>Lays the cable and begins.</summary>
    public OfficeTraffic(VethLab lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        _here = lab.CaptureSide;
        string[] queues = ["numtxqueues", "4", "numrxqueues", "4"];
        _here.Ip(["link", "add", Interface, .. queues, "type", "veth", "peer", "name", Peer, "netns", lab.SenderSide.Name, .. queues]);
        PlugIn(_here, Interface, _client);
        PlugIn(lab.SenderSide, Peer, _server);
        _web = lab.SenderSide.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _dns = lab.SenderSide.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        _web.Bind(new IPEndPoint(_server, HttpPort));
        _web.Listen();
        _dns.Bind(new IPEndPoint(_server, DnsPort));
        _ping = _here.Start(new ProcessStartInfo("ping", ["-q", "-i", "0.2", _server.ToString()]) { RedirectStandardOutput = true });
        _all = [ServePagesAsync(), AnswerNamesAsync(), .. Enumerable.Range(0, Pages).Select(BrowseAsync)];
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        _web.Dispose();
        _dns.Dispose();
        _ping.Kill();
        await Task.WhenAll(_all);
        _ping.Dispose();
        _enough.Dispose();
        _here.Ip("link", "delete", "dev", Interface);
    }

    private static void PlugIn(NetworkNamespace side, string name, IPAddress address)
    {
        // Packets as a wire has them, not as offloading joins them.
        side.Exec("ethtool", "-K", name, "tso", "off", "gso", "off", "gro", "off", "tx", "off");
        side.Ip("address", "add", $"{address}/24", "dev", name);
        side.Ip("link", "set", "dev", name, "up");
    }

    private async Task ServePagesAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _web.AcceptAsync(_enough.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // That was enough.
        }
    }

    private static async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            var request = new byte[1024];
            var length = await connection.ReceiveAsync(request);
            var size = 2000 + 60 * request.AsSpan(0, length).IndexOf("\r\n"u8);
            await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{new string(' ', size)}"));
            connection.Shutdown(SocketShutdown.Send);
        }
    }

    private async Task AnswerNamesAsync()
    {
        var message = new byte[512];
        try
        {
            while (true)
            {
                var asked = await _dns.ReceiveFromAsync(message, new IPEndPoint(IPAddress.Any, 0), _enough.Token);
                // RFC 1035: a response with one answer, whose name is the question's.
                BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), 0x8180);
                BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), 1);
                byte[] answer = [0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, .. _server.GetAddressBytes()];
                await _dns.SendToAsync((byte[])[.. message.AsSpan(0, asked.ReceivedBytes), .. answer], asked.RemoteEndPoint, _enough.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // That was enough.
        }
    }

    private async Task BrowseAsync(int who)
    {
        try
        {
            for (var visit = 0; ; visit++)
            {
                var name = _names[(who + visit) % _names.Length];
                await AskAsync(name, (ushort)(who * 1000 + visit));
                await FetchAsync(name, visit);
                // Busy times and quiet ones.
                await Task.Delay(TimeSpan.FromMilliseconds(40 + 35 * Math.Sin(visit / 12.0 + who)), _enough.Token);
            }
        }
        catch (Exception exception) when (_enough.IsCancellationRequested && exception is OperationCanceledException or SocketException)
        {
            // That was enough.
        }
    }

    private async Task AskAsync(string name, ushort id)
    {
        using var socket = _here.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        var labels = name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        byte[] query = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. labels, 0, 0, 1, 0, 1];
        await socket.ConnectAsync(new IPEndPoint(_server, DnsPort), _enough.Token);
        await socket.SendAsync(query, _enough.Token);
        await socket.ReceiveAsync(new byte[512], _enough.Token);
    }

    private async Task FetchAsync(string name, int visit)
    {
        using var socket = _here.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(new IPEndPoint(_server, HttpPort), _enough.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /{new string('a', 1 + visit % 40)}.html HTTP/1.1\r\nHost: {name}\r\n\r\n"), _enough.Token);
        var page = new byte[8192];
        while (await socket.ReceiveAsync(page, _enough.Token) > 0)
        {
            // To the end of the page.
        }
    }
}
