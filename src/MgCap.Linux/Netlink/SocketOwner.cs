using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using static MgCap.Linux.Libc.LinuxInetDiag;
using static MgCap.Linux.Libc.LinuxNetlink;

namespace MgCap.Linux.Netlink;

/// <summary>Whose socket is at the other end of a connection within this machine, as the kernel tells it: nothing that the other end says counts.</summary>
public static class SocketOwner
{
    private const int SolSocket = 1;
    private const int PeerCredentials = 17;
    private const int UserIdAt = 4;
    private const int CredentialsLength = 12;

    /// <summary>The user id of the process at the other end of a connection by a Unix socket or by loopback TCP.</summary>
    /// <param name="socket">This end, connected.</param>
    /// <returns>null where it is on another machine, or has closed its end already.</returns>
    /// <exception cref="LinuxException">The kernel doesn't tell; the message says why.</exception>
    /// <exception cref="SocketException">The socket is no longer connected.</exception>
    public static uint? Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            // SO_PEERCRED of unix(7): who connected, or made both ends.
            Span<byte> credentials = stackalloc byte[CredentialsLength];
            socket.GetRawSocketOption(SolSocket, PeerCredentials, credentials);
            return MemoryMarshal.Read<uint>(credentials[UserIdAt..]);
        }

        return socket is { RemoteEndPoint: IPEndPoint there, LocalEndPoint: IPEndPoint here } && IPAddress.IsLoopback(there.Address) && IPAddress.IsLoopback(here.Address)
            ? OfTcp(there, here)
            : null;
    }

    /// <summary>Asks by sock_diag(7) for the one TCP socket of this network namespace that has these addresses.</summary>
    private static unsafe uint? OfTcp(IPEndPoint its, IPEndPoint peer)
    {
        var request = new inet_diag_req_v2 { sdiag_protocol = IPPROTO_TCP, idiag_states = ~0u };
        request.id.idiag_sport = BinaryPrimitives.ReverseEndianness((ushort)its.Port);
        request.id.idiag_dport = BinaryPrimitives.ReverseEndianness((ushort)peer.Port);
        request.id.idiag_cookie[0] = request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
        request.sdiag_family = (byte)Write(its.Address, request.id.idiag_src);
        _ = Write(peer.Address, request.id.idiag_dst);

        const string attempt = "ask whose socket is at the other end of a connection";
        uint? owner = null;
        try
        {
            using var netlink = new NetlinkSocket(NETLINK_SOCK_DIAG);
            netlink.Request(SOCK_DIAG_BY_FAMILY, 0, new NetlinkRequest().With(request).Payload, attempt, payload =>
            {
                if (payload.Length < sizeof(inet_diag_msg))
                    return;
                var answer = MemoryMarshal.Read<inet_diag_msg>(payload);
                // Where there is no such connection any more, the kernel answers with a socket that listens on its port. What no process
                // has open has no inode, and older kernels say that it is root's.
                if (answer.idiag_inode != 0 && IsBetween(answer.id, its, peer))
                    owner = answer.idiag_uid;
            });
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENOENT)
        {
            return null;
        }

        return owner;
    }

    private static unsafe bool IsBetween(inet_diag_sockid found, IPEndPoint its, IPEndPoint peer) =>
        found.idiag_sport == BinaryPrimitives.ReverseEndianness((ushort)its.Port)
        && found.idiag_dport == BinaryPrimitives.ReverseEndianness((ushort)peer.Port)
        && IsSame(found.idiag_src, its.Address) && IsSame(found.idiag_dst, peer.Address);

    /// <summary>An IPv4 address may come as the first four bytes, or mapped into an IPv6 socket's.</summary>
    private static unsafe bool IsSame(byte* found, IPAddress address)
    {
        var bytes = new ReadOnlySpan<byte>(found, 16);
        var wanted = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return wanted.AddressFamily == AddressFamily.InterNetwork
            ? new IPAddress(bytes[..4]).Equals(wanted) || new IPAddress(bytes).Equals(wanted.MapToIPv6())
            : new IPAddress(bytes).Equals(new IPAddress(wanted.GetAddressBytes()));
    }

    private static unsafe int Write(IPAddress address, byte* to)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        address.TryWriteBytes(new Span<byte>(to, 16), out _);
        return address.AddressFamily == AddressFamily.InterNetwork ? Libc.SysSocket.AF_INET : Libc.SysSocket.AF_INET6;
    }
}
