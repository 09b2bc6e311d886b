using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxNetlink;

namespace MgCap.Linux.Netlink;

/// <summary>Asks the kernel by netlink (netlink(7)): one request, and all messages of its answer.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int HeaderLength = 16;
    // The kernel puts no more than this into one datagram of a dump (netlink_dump).
    private const int ReceiveLength = 64 * 1024;

    private readonly SafeFd _socket;
    private readonly byte[] _received = new byte[ReceiveLength];
    private uint _sequence;

    internal NetlinkSocket(int protocol)
    {
        _socket = SafeFd.Own(SysSocket.socket(SysSocket.AF_NETLINK, SysSocket.SOCK_RAW | SysSocket.SOCK_CLOEXEC, protocol), "open a netlink socket");
        SetOption(NETLINK_EXT_ACK);
        SetOption(NETLINK_CAP_ACK);
    }

    /// <summary>What is done with the payload of each message of an answer.</summary>
    internal delegate void MessageHandler(ReadOnlySpan<byte> payload);

    /// <summary>Sends a request and hands every message of the answer to <paramref name="handle"/>.</summary>
    /// <exception cref="LinuxException">With the errno that the kernel answered, and what it said of it.</exception>
    internal void Request(ushort type, ushort flags, ReadOnlySpan<byte> payload, string attempt, MessageHandler handle)
    {
        Send(type, (ushort)(flags | NLM_F_REQUEST), payload, attempt);
        var dump = (flags & NLM_F_DUMP) == NLM_F_DUMP;
        while (Receive(attempt, handle, dump))
        {
        }
    }

    /// <summary>What is done with a notice: its type and its payload.</summary>
    internal delegate void NoticeHandler(ushort type, ReadOnlySpan<byte> payload);

    /// <summary>To wait for notices by.</summary>
    internal int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>Lets the kernel's notices of a multicast group come to this socket, which is then no good for requests.</summary>
    internal void Join(int group)
    {
        // The kernel sends nothing to a socket that has no address.
        var any = new sockaddr_nl { nl_family = SysSocket.AF_NETLINK };
        LinuxException.Check(SysSocket.bind(_socket, &any, (uint)sizeof(sockaddr_nl)), "bind a netlink socket");
        LinuxException.Check(SysSocket.setsockopt(_socket, SysSocket.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(int)), "ask for netlink's notices");
    }

    /// <summary>Hands the notices that have come to <paramref name="handle"/>; does not wait for any.</summary>
    /// <returns>false where some were lost: more came than the socket holds.</returns>
    internal bool ReadNotices(NoticeHandler handle)
    {
        while (true)
        {
            nint length;
            fixed (byte* first = _received)
                length = SysSocket.recv(_socket, first, (nuint)_received.Length, SysSocket.MSG_DONTWAIT);
            if (length < 0)
            {
                var errno = (Errno)Marshal.GetLastPInvokeError();
                return errno is Errno.EAGAIN or Errno.EINTR || (errno == Errno.ENOBUFS ? false : throw new LinuxException("read netlink's notices", errno));
            }

            var rest = _received.AsSpan(0, (int)length);
            while (rest.Length >= HeaderLength)
            {
                var header = MemoryMarshal.Read<nlmsghdr>(rest);
                if (header.nlmsg_len < HeaderLength || header.nlmsg_len > rest.Length)
                    break;
                handle(header.nlmsg_type, rest[HeaderLength..(int)header.nlmsg_len]);
                rest = rest[Math.Min(rest.Length, NLMSG_ALIGN((int)header.nlmsg_len))..];
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Send(ushort type, ushort flags, ReadOnlySpan<byte> payload, string attempt)
    {
        var message = new byte[HeaderLength + payload.Length];
        var header = new nlmsghdr { nlmsg_len = (uint)message.Length, nlmsg_type = type, nlmsg_flags = flags, nlmsg_seq = ++_sequence };
        MemoryMarshal.Write(message, header);
        payload.CopyTo(message.AsSpan(HeaderLength));
        fixed (byte* first = message)
            LinuxException.Check((int)SysSocket.send(_socket, first, (nuint)message.Length, 0), attempt);
    }

    /// <returns>Whether more of the answer is to come.</returns>
    private bool Receive(string attempt, MessageHandler handle, bool dump)
    {
        int length;
        fixed (byte* first = _received)
            length = LinuxException.Check((int)SysSocket.recv(_socket, first, (nuint)_received.Length, 0), attempt);
        var rest = _received.AsSpan(0, length);
        while (rest.Length >= HeaderLength)
        {
            var header = MemoryMarshal.Read<nlmsghdr>(rest);
            if (header.nlmsg_len < HeaderLength || header.nlmsg_len > rest.Length)
                throw new LinuxException(attempt, Errno.EIO);
            var payload = rest[HeaderLength..(int)header.nlmsg_len];
            if (header.nlmsg_type is NLMSG_DONE or NLMSG_ERROR)
            {
                ThrowIfError(header, payload, attempt);
                return false;
            }

            handle(payload);
            rest = rest[Math.Min(rest.Length, NLMSG_ALIGN((int)header.nlmsg_len))..];
        }

        return dump;
    }

    /// <summary>A dump's end and the answer to anything else begin with an error, which is 0 for success.</summary>
    private static void ThrowIfError(nlmsghdr header, ReadOnlySpan<byte> payload, string attempt)
    {
        if (payload.Length < sizeof(int))
            return;
        var error = (Errno)(-MemoryMarshal.Read<int>(payload));
        if (error != Errno.None)
            throw new LinuxException(attempt, error, NetlinkErrorText.Of(header, payload));
    }

    /// <summary>Kernels before 4.12 have neither option: their errors are numbers alone.</summary>
    private void SetOption(int option)
    {
        var nic = 1;
        SysSocket.setsockopt(_socket, SysSocket.SOL_NETLINK, option, &nic, sizeof(int));
    }
}
