using System.Runtime.InteropServices;
using System.Text;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxRtnetlink;

namespace MgCap.Linux.Netlink;

/// <summary>Reads the network interfaces of the calling thread's network namespace by rtnetlink(7).</summary>
public static unsafe class NetworkLinks
{
    // Their IFLA_LINK is the other end of a cable.
    private static readonly string[] _pairs = ["veth", "netkit", "vxcan"];

    /// <summary>All interfaces, by their number.</summary>
    public static IReadOnlyList<NetworkLink> List()
    {
        var links = new List<NetworkLink>();
        using var socket = new NetlinkSocket(LinuxNetlink.NETLINK_ROUTE);
        Ask(socket, new ifinfomsg(), LinuxNetlink.NLM_F_DUMP, "list the network interfaces", link => links.Add(link));
        return [.. links.OrderBy(link => link.Index)];
    }

    /// <summary>The interface with this name, or else the one with this alternative name.</summary>
    /// <returns>null when there is none.</returns>
    public static NetworkLink? Find(string name)
    {
        var links = List();
        return links.FirstOrDefault(link => link.Name == name) ?? links.FirstOrDefault(link => link.AltNames.Contains(name));
    }

    /// <summary>The interface with this number, in the network namespace that the socket was opened in.</summary>
    internal static NetworkLink? Find(NetlinkSocket socket, int index)
    {
        NetworkLink? found = null;
        try
        {
            Ask(socket, new ifinfomsg { ifi_index = index }, 0, "read a network interface", link => found = link);
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENODEV)
        {
            return null;
        }

        return found;
    }

    private static void Ask(NetlinkSocket socket, ifinfomsg about, ushort flags, string attempt, Action<NetworkLink> found)
    {
        var payload = new ReadOnlySpan<byte>(&about, sizeof(ifinfomsg));
        socket.Request(RTM_GETLINK, flags, payload, attempt, message => found(Parse(message)));
    }

    /// <summary>The interface that a notice of the group RTNLGRP_LINK is about; null for one of a bridge about its port.</summary>
    internal static NetworkLink? OfNotice(ReadOnlySpan<byte> payload) => payload.Length >= sizeof(ifinfomsg) && payload[0] == 0 ? Parse(payload) : null;

    private static NetworkLink Parse(ReadOnlySpan<byte> message)
    {
        var about = MemoryMarshal.Read<ifinfomsg>(message);
        byte[] address = [];
        string name = "";
        string? kind = null;
        IReadOnlyList<string> altNames = [];
        var mtu = 0;
        var carrier = false;
        var (master, lower, lowerIsElsewhere) = (0, 0, false);
        var counters = default(rtnl_link_stats64);
        var attributes = new NetlinkAttributes(message[sizeof(ifinfomsg)..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case IFLA_IFNAME: name = Text(attributes.Value); break;
                case IFLA_ADDRESS: address = attributes.Value.ToArray(); break;
                case IFLA_MTU: mtu = MemoryMarshal.Read<int>(attributes.Value); break;
                case IFLA_LINK: lower = MemoryMarshal.Read<int>(attributes.Value); break;
                case IFLA_LINK_NETNSID: lowerIsElsewhere = true; break;
                case IFLA_MASTER: master = MemoryMarshal.Read<int>(attributes.Value); break;
                case IFLA_CARRIER: carrier = attributes.Value[0] != 0; break;
                case IFLA_LINKINFO: kind = KindOf(attributes.Value); break;
                case IFLA_PROP_LIST: altNames = AltNamesOf(attributes.Value); break;
                case IFLA_STATS64: counters = MemoryMarshal.Read<rtnl_link_stats64>(attributes.Value); break;
            }
        }

        return new NetworkLink
        {
            Name = name,
            AltNames = altNames,
            Index = about.ifi_index,
            HardwareType = about.ifi_type,
            Address = address,
            Mtu = mtu,
            IsUp = (about.ifi_flags & IFF_UP) != 0,
            HasCarrier = carrier,
            Kind = kind,
            MasterIndex = master,
            LowerIndex = lowerIsElsewhere || lower == about.ifi_index || _pairs.Contains(kind) ? 0 : lower,
            ReceivedPackets = counters.rx_packets,
            ReceivedBytes = counters.rx_bytes,
            SentPackets = counters.tx_packets,
            SentBytes = counters.tx_bytes,
            UnsentPackets = counters.tx_dropped,
            Counters = new ReceiveCounters(counters.rx_dropped, counters.rx_missed_errors, counters.rx_fifo_errors),
        };
    }

    private static List<string> AltNamesOf(ReadOnlySpan<byte> properties)
    {
        var names = new List<string>();
        var attributes = new NetlinkAttributes(properties);
        while (attributes.MoveNext())
        {
            if (attributes.Type == IFLA_ALT_IFNAME)
                names.Add(Text(attributes.Value));
        }

        return names;
    }

    private static string? KindOf(ReadOnlySpan<byte> linkInfo)
    {
        var attributes = new NetlinkAttributes(linkInfo);
        while (attributes.MoveNext())
        {
            if (attributes.Type == IFLA_INFO_KIND)
                return Text(attributes.Value);
        }

        return null;
    }

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}
