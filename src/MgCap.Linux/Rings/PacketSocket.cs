using System.Buffers.Binary;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxIfPacket;

namespace MgCap.Linux.Rings;

/// <summary>What packet sockets have in common, with a ring or without (packet(7)).</summary>
internal static unsafe class PacketSocket
{
    /// <summary>Opens a socket that is hooked in nowhere yet.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW.</exception>
    internal static SafeFd Open(int kind = SysSocket.SOCK_RAW) =>
        SafeFd.Own(SysSocket.socket(SysSocket.AF_PACKET, kind | SysSocket.SOCK_CLOEXEC, 0), "open a packet socket");

    /// <summary>Hooks a socket into an interface's packet path, for one protocol or for all.</summary>
    internal static void Bind(SafeFd socket, int interfaceIndex, ushort protocol)
    {
        var address = new sockaddr_ll
        {
            sll_family = SysSocket.AF_PACKET,
            sll_protocol = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(protocol) : protocol,
            sll_ifindex = interfaceIndex,
        };
        LinuxException.Check(SysSocket.bind(socket, &address, (uint)sizeof(sockaddr_ll)), "bind a packet socket");
    }

    /// <summary>Puts the interface into promiscuous mode for as long as the socket lives (PACKET_MR_PROMISC).</summary>
    internal static void JoinPromiscuous(SafeFd socket, int interfaceIndex)
    {
        var membership = new packet_mreq { mr_ifindex = interfaceIndex, mr_type = PACKET_MR_PROMISC };
        SetOption(socket, PACKET_ADD_MEMBERSHIP, membership, "turn promiscuous mode on");
    }

    internal static void AttachFilter(SafeFd socket, ReadOnlySpan<ClassicInstruction> program)
    {
        fixed (ClassicInstruction* first = program)
        {
            var attach = new LinuxFilter.sock_fprog { len = (ushort)program.Length, filter = first };
            LinuxException.Check(
                SysSocket.setsockopt(socket, SysSocket.SOL_SOCKET, SysSocket.SO_ATTACH_FILTER, &attach, (uint)sizeof(LinuxFilter.sock_fprog)),
                "attach a capture filter");
        }
    }

    /// <summary>Attaches an eBPF program in place of the filter before it.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="program">Its descriptor, of the type <see cref="BpfProgramType.SocketFilter"/>.</param>
    internal static void AttachFilter(SafeFd socket, int program) => LinuxException.Check(
        SysSocket.setsockopt(socket, SysSocket.SOL_SOCKET, SysSocket.SO_ATTACH_BPF, &program, sizeof(int)), "attach a capture filter");

    /// <summary>Reads and clears the socket's pending error (socket(7), SO_ERROR).</summary>
    internal static Errno TakeError(SafeFd socket)
    {
        int error;
        var length = (uint)sizeof(int);
        LinuxException.Check(SysSocket.getsockopt(socket, SysSocket.SOL_SOCKET, SysSocket.SO_ERROR, &error, &length), "read a packet socket's error");
        return (Errno)error;
    }

    internal static void SetOption<T>(SafeFd socket, int option, T value, string attempt)
        where T : unmanaged =>
        LinuxException.Check(SysSocket.setsockopt(socket, SOL_PACKET, option, &value, (uint)sizeof(T)), attempt);
}
