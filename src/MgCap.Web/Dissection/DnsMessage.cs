using System.Buffers.Binary;
using System.Text;
using PacketDotNet;

namespace MgCap.Web.Dissection;

/// <summary>What a DNS message asks for (RFC 1035 section 4.1).</summary>
internal static class DnsMessage
{
    private const int Port = 53;
    private const int MulticastPort = 5353;
    private const int HeaderLength = 12;
    private const int MaxNameLength = 255;
    private const int MaxLabelLength = 63;
    private const ushort ResponseFlag = 0x8000;

    /// <summary>Describes a datagram to or from a name server; null where it is none.</summary>
    internal static BuiltInLayer? Describe(UdpPacket udp)
    {
        if (udp is not ({ SourcePort: Port or MulticastPort } or { DestinationPort: Port or MulticastPort }) || udp.PayloadDataSegment is not { } segment)
            return null;
        var message = segment.Bytes.AsSpan(segment.Offset, Math.Clamp(segment.Length, 0, segment.Bytes.Length - segment.Offset));
        if (message.Length < HeaderLength)
            return null;
        var id = BinaryPrimitives.ReadUInt16BigEndian(message);
        var response = (BinaryPrimitives.ReadUInt16BigEndian(message[2..]) & ResponseFlag) != 0;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var name = questions == 0 ? null : NameIn(message[HeaderLength..]);
        var kind = response ? "query response" : "query";
        return new BuiltInLayer(
            "Domain Name System", segment.Offset, message.Length, null, null, udp.SourcePort == MulticastPort || udp.DestinationPort == MulticastPort ? "MDNS" : "DNS",
            $"Standard {kind} 0x{id:x4}{(name is null ? "" : $" {name}")}",
            [
                ($"Transaction ID: 0x{id:x4}", 0, 2), ($"Message is a {kind}", 2, 2), ($"Questions: {questions}", 4, 2), ($"Answers: {answers}", 6, 2),
                .. name is null ? ((string, int, int)[])[] : [($"Name: {name}", HeaderLength, Math.Min(name.Length + 2, message.Length - HeaderLength))],
            ]);
    }

    /// <summary>The name of the first question, which nothing stands before that it could refer to; null where it is cut off.</summary>
    private static string? NameIn(ReadOnlySpan<byte> question)
    {
        var name = new StringBuilder();
        while (question.Length > 0 && name.Length <= MaxNameLength)
        {
            var length = question[0];
            if (length == 0)
                return name.Length == 0 ? "<Root>" : name.ToString();
            if (length > MaxLabelLength || question.Length <= length)
                return null;
            if (name.Length > 0)
                name.Append('.');
            foreach (var letter in question.Slice(1, length))
                name.Append(letter is > 0x20 and < 0x7f ? (char)letter : '\ufffd');
            question = question[(1 + length)..];
        }

        return null;
    }
}
