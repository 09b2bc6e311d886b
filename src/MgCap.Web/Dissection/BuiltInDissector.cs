using MgCap.Capture.Interfaces;
using PacketDotNet;

namespace MgCap.Web.Dissection;

/// <summary>
/// MgCap's own reading of packets, for where there is no sharkd: Ethernet, VLAN, ARP, IP, ICMP, TCP, UDP and the names in DNS,
/// by PacketDotNet. What is broken, cut off or nested deeper than makes sense ends the layers, and is shown as data.
/// </summary>
public static class BuiltInDissector
{
    private const int MaxLayers = 16;

    /// <summary>A packet as a list has it.</summary>
    public static PacketRow Row(RawPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        var (source, destination, protocol, info) = ("", "", "Data", $"{packet.Data.Length} bytes");
        foreach (var layer in Describe(packet))
        {
            source = layer.Source ?? source;
            destination = layer.Destination ?? destination;
            protocol = layer.Protocol;
            info = layer.Info;
        }

        return new PacketRow(packet.Number, packet.Time, source, destination, protocol, packet.Length, info);
    }

    /// <summary>A packet's layers.</summary>
    public static IReadOnlyList<PacketLayer> Layers(RawPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        var layers = Describe(packet).Select(layer => layer.ToLayer()).ToList();
        var end = layers.Count == 0 ? 0 : layers.Max(layer => layer.Start + layer.Length);
        if (packet.Data.Length > end)
            layers.Add(new PacketLayer("Data", $"Data ({packet.Data.Length - end} bytes)", end, packet.Data.Length - end, []));
        return layers;
    }

    private static List<BuiltInLayer> Describe(RawPacket packet)
    {
        var layers = new List<BuiltInLayer>();
        try
        {
            if (packet.LinkType == LinkType.LinuxCooked2.FileNumber && CookedLayer.Describe(packet.Data) is { } cooked)
                layers.Add(cooked);
            for (var layer = Parse(packet); layer is not null && layers.Count < MaxLayers; layer = layer.PayloadPacket)
            {
                if (BuiltInLayers.Describe(layer) is not { } described)
                    break;
                layers.Add(described);
                if (layer is UdpPacket udp && DnsMessage.Describe(udp) is { } dns)
                    layers.Add(dns);
            }
        }
        // PacketDotNet reads on where a header is cut off or lies about its length, and says so in these ways.
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException or InvalidOperationException
            or FormatException or NotImplementedException or NotSupportedException or OverflowException)
        {
            // What was read before it stands.
        }

        return layers;
    }

    // PacketDotNet's numbers are the files', but it reads the headers of other link types as what they need not be.
    private static Packet? Parse(RawPacket packet)
    {
        if (packet.LinkType == LinkType.LinuxCooked2.FileNumber)
            return CookedLayer.Inside(packet.Data);
        return packet.Data.Length > 0 && (LinkLayers)packet.LinkType is var kind
            and (LinkLayers.Ethernet or LinkLayers.Raw or LinkLayers.RawLegacy or LinkLayers.LinuxSll)
                ? Packet.ParsePacket(kind, packet.Data)
                : null;
    }
}
