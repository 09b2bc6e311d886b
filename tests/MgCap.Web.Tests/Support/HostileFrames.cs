using System.Buffers.Binary;
using System.Text;
using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>Frames that somebody made to harm who reads them.</summary>
internal static class HostileFrames
{
    public const string Script = "<script>alert(1)</script>";

    private const int Longest = 262_144;
    private const int EthernetLength = 14;

    /// <summary>A query for a name.</summary>
    public static byte[] DnsQuery(string name, ushort id = 0x1234)
    {
        var message = new List<byte>([(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (var label in name.Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, 0, 1, 0, 1]);
        return Frames.Udp4(new Flow { DestinationPort = 53 }, message.ToArray());
    }

    /// <summary>Tags without end, as many as the longest packet holds.</summary>
    public static byte[] NestedVlans() => Nested(0x8100, [0, 1, 0x81, 0]);

    /// <summary>Labels without end.</summary>
    public static byte[] NestedMpls() => Nested(0x8847, [0, 0x01, 0x00, 64]);

    /// <summary>IPv4 in IPv4 without end.</summary>
    public static byte[] NestedIPv4()
    {
        var frame = new byte[EthernetLength + 65_520];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        for (var at = EthernetLength; at + 20 <= frame.Length; at += 20)
        {
            var ip = frame.AsSpan(at);
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)Math.Min(ushort.MaxValue, ip.Length));
            ip[8] = 64;
            ip[9] = 4;
        }

        return frame;
    }

    /// <summary>A frame whose lengths are all larger than it is.</summary>
    public static byte[] LyingLengths()
    {
        var frame = Frames.Udp4(new Flow(), 100);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(EthernetLength + 2), 0xffff);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(EthernetLength + 20 + 4), 0xffff);
        return frame;
    }

    /// <summary>A request for a page, with a script among its headers.</summary>
    public static byte[] HttpRequest() => HttpRequest(Script, 1024);

    /// <summary>A request for a page of a host whose name is written in Latin-1.</summary>
    public static byte[] HttpRequest(string host, ushort port)
    {
        var text = Encoding.Latin1.GetBytes($"GET /{Script} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {Script}\r\n\r\n");
        var frame = Frames.Tcp4(new Flow { SourcePort = port, DestinationPort = 80 }, EthernetLength + 40 + text.Length);
        text.CopyTo(frame.AsSpan(EthernetLength + 40));
        return frame;
    }

    private static byte[] Nested(ushort etherType, ReadOnlySpan<byte> header)
    {
        var frame = new byte[Longest];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), etherType);
        for (var at = EthernetLength; at + header.Length <= frame.Length; at += header.Length)
            header.CopyTo(frame.AsSpan(at));
        return frame;
    }
}
