using System.Text.Json;
using MgCap.Capture.Engines;
using MgCap.Testing;

namespace MgCap.Cli.Tests.Support;

/// <summary>A lab and a folder for a test of <c>mgcap dump</c>; made when first asked for, so that a skipped test makes nothing.</summary>
public abstract class DumpTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-dump-");
    private readonly Lazy<VethLab> _lab = new(() => VethLab.Create("dump"));

    protected static byte[][] Sent { get; } =
    [
        Frames.Udp4(new Flow(), 60), Frames.Tcp4(new Flow { DestinationPort = 443 }, 1500), Frames.Udp6(Flow.NumberedIPv6(1), 100),
        Frames.Vlan(5, Frames.Udp4(new Flow(), 80)), Frames.Arp(new Flow()), Frames.Udp4(Flow.Numbered(7), 9000),
    ];

    /// <summary>The engine that auto takes here for what any engine can do.</summary>
    protected static string FastestEngine { get; } = new CaptureEngines().Status().First(status => status.Available).Name;

    protected string Folder => _folder.FullName;

    protected string FilePath => Path.Combine(_folder.FullName, "capture.pcapng");

    protected VethLab Lab => _lab.Value;

    protected NetworkNamespace Inside => _lab.Value.CaptureSide;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_lab.IsValueCreated)
            _lab.Value.Dispose();
        _folder.Delete(recursive: true);
    }

    protected void SendAll(int times = 1)
    {
        using var sender = Lab.OpenSender();
        for (; times > 0; times--)
            sender.Send(Sent.Select(frame => (ReadOnlyMemory<byte>)frame));
    }

    /// <summary>The frames that the sent ones are to be in a file.</summary>
    protected static string[] Expected(int snaplen = 96) =>
        [.. Sent.Select(frame => $"{frame.Length} {Convert.ToHexStringLower(frame.AsSpan(0, Math.Min(frame.Length, snaplen)))}")];

    /// <summary>The frames of a file as tshark reads them: the length on the wire, and the bytes.</summary>
    protected static string[] FramesOf(string path) => FramesIn(ReferenceTools.Tshark("-r", path, "-T", "json", "-x", "--no-duplicate-keys"));

    /// <summary>The frames of tshark's JSON with bytes.</summary>
    protected static string[] FramesIn(string json)
    {
        using var packets = JsonDocument.Parse(json);
        return [.. packets.RootElement.EnumerateArray().Select(packet =>
        {
            var layers = packet.GetProperty("_source").GetProperty("layers");
            return $"{layers.GetProperty("frame").GetProperty("frame.len")} {layers.GetProperty("frame_raw")[0]}";
        })];
    }
}
