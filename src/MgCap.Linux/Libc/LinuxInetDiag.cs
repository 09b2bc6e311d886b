using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>linux/inet_diag.h and linux/sock_diag.h</summary>
internal static unsafe class LinuxInetDiag
{
    internal const ushort SOCK_DIAG_BY_FAMILY = 20;
    internal const byte IPPROTO_TCP = 6;
    internal const uint INET_DIAG_NOCOOKIE = ~0u;

    /// <summary>Ports and addresses are in network byte order; an IPv4 address has the first four bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct inet_diag_sockid
    {
        internal ushort idiag_sport;
        internal ushort idiag_dport;
        internal fixed byte idiag_src[16];
        internal fixed byte idiag_dst[16];
        internal uint idiag_if;
        internal fixed uint idiag_cookie[2];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct inet_diag_req_v2
    {
        internal byte sdiag_family;
        internal byte sdiag_protocol;
        internal byte idiag_ext;
        internal byte pad;
        internal uint idiag_states;
        internal inet_diag_sockid id;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct inet_diag_msg
    {
        internal byte idiag_family;
        internal byte idiag_state;
        internal byte idiag_timer;
        internal byte idiag_retrans;
        internal inet_diag_sockid id;
        internal uint idiag_expires;
        internal uint idiag_rqueue;
        internal uint idiag_wqueue;
        internal uint idiag_uid;
        internal uint idiag_inode;
    }
}
