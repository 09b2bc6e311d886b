using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxRtnetlink;

namespace MgCap.Linux.Netlink;

/// <summary>Which interfaces lead where, in the calling thread's network namespace, by rtnetlink(7).</summary>
public static unsafe class NetworkPaths
{
    private const int AddressFamilyAny = 0;

    /// <summary>The numbers of the interfaces that have an address. An IPv6 address with a scope is that interface's alone.</summary>
    public static IReadOnlySet<int> InterfacesWith(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var wanted = address.GetAddressBytes();
        var scope = address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
        var found = new HashSet<int>();
        var about = new ifaddrmsg { ifa_family = AddressFamilyAny };
        using var socket = new NetlinkSocket(LinuxNetlink.NETLINK_ROUTE);
        socket.Request(RTM_GETADDR, LinuxNetlink.NLM_F_DUMP, new ReadOnlySpan<byte>(&about, sizeof(ifaddrmsg)), "list the addresses", message =>
        {
            var index = (int)MemoryMarshal.Read<ifaddrmsg>(message).ifa_index;
            if ((scope == 0 || scope == index) && OwnAddress(message[sizeof(ifaddrmsg)..]).SequenceEqual(wanted))
                found.Add(index);
        });
        return found;
    }

    /// <summary>The numbers of the interfaces that default routes lead through: of IPv4 and IPv6, of every table.</summary>
    public static IReadOnlySet<int> OfDefaultRoutes()
    {
        var found = new HashSet<int>();
        var about = new rtmsg { rtm_family = AddressFamilyAny };
        using var socket = new NetlinkSocket(LinuxNetlink.NETLINK_ROUTE);
        socket.Request(RTM_GETROUTE, LinuxNetlink.NLM_F_DUMP, new ReadOnlySpan<byte>(&about, sizeof(rtmsg)), "list the routes", message =>
        {
            var route = MemoryMarshal.Read<rtmsg>(message);
            // Multicast routing has families of its own.
            if (route.rtm_family is SysSocket.AF_INET or SysSocket.AF_INET6 && route is { rtm_dst_len: 0, rtm_type: RTN_UNICAST })
                AddInterfaces(message[sizeof(rtmsg)..], found);
        });
        return found;
    }

    /// <summary>Where both are given, IFA_ADDRESS is the other end's.</summary>
    private static ReadOnlySpan<byte> OwnAddress(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> address = [];
        var attributes = new NetlinkAttributes(message);
        while (attributes.MoveNext())
        {
            if (attributes.Type == IFA_LOCAL)
                return attributes.Value;
            if (attributes.Type == IFA_ADDRESS)
                address = attributes.Value;
        }

        return address;
    }

    private static void AddInterfaces(ReadOnlySpan<byte> message, HashSet<int> found)
    {
        var attributes = new NetlinkAttributes(message);
        while (attributes.MoveNext())
        {
            if (attributes.Type == RTA_OIF)
                found.Add(MemoryMarshal.Read<int>(attributes.Value));
            else if (attributes.Type == RTA_MULTIPATH)
                AddNextHops(attributes.Value, found);
        }
    }

    private static void AddNextHops(ReadOnlySpan<byte> hops, HashSet<int> found)
    {
        while (hops.Length >= sizeof(rtnexthop))
        {
            var hop = MemoryMarshal.Read<rtnexthop>(hops);
            if (hop.rtnh_len < sizeof(rtnexthop))
                return;
            found.Add(hop.rtnh_ifindex);
            hops = hops[Math.Min(hops.Length, LinuxNetlink.NLMSG_ALIGN(hop.rtnh_len))..];
        }
    }
}
