using MgCap.Capture;
using MgCap.Capture.Pcapng;

namespace MgCap.Web.Tests.Support;

/// <summary>A packet of a file, kept.</summary>
internal sealed record CapturedPacket(string Interface, Timestamp Time, long OriginalLength, byte[] Data, PacketDirection Direction)
{
    /// <summary>Every packet of a file, in the file's order.</summary>
    public static IReadOnlyList<CapturedPacket> ReadAll(byte[] file)
    {
        var packets = new List<CapturedPacket>();
        using var stream = new MemoryStream(file);
        using var reader = PcapngReader.Open(stream);
        while (reader.Read())
        {
            if (reader.BlockKind != PcapngBlockKind.Packet)
                continue;
            var packet = reader.Packet;
            packets.Add(new CapturedPacket(reader.Interface.Name!, packet.Time!.Value, packet.OriginalLength, packet.Data.ToArray(), packet.Direction));
        }

        return packets;
    }
}
