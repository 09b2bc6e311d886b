namespace MgCap.Linux.Libc;

/// <summary>linux/netlink.h</summary>
internal static class LinuxNetlink
{
    internal const int NETLINK_ROUTE = 0;
    internal const ushort NLM_F_REQUEST = 0x1;
    internal const ushort NLM_F_DUMP = 0x300;
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;
    internal const ushort NLA_TYPE_MASK = 0x3fff;

    internal static int NLMSG_ALIGN(int length) => (length + 3) & ~3;

    internal struct nlmsghdr
    {
        internal uint nlmsg_len;
        internal ushort nlmsg_type;
        internal ushort nlmsg_flags;
        internal uint nlmsg_seq;
        internal uint nlmsg_pid;
    }

    internal struct nlattr
    {
        internal ushort nla_len;
        internal ushort nla_type;
    }
}
