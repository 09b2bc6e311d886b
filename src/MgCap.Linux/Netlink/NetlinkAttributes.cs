using System.Runtime.InteropServices;
using static MgCap.Linux.Libc.LinuxNetlink;

namespace MgCap.Linux.Netlink;

/// <summary>Walks the attributes of a netlink message (netlink(7), struct nlattr).</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    private const int HeaderLength = 4;
    private ReadOnlySpan<byte> _rest = rest;

    internal ushort Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    internal bool MoveNext()
    {
        if (_rest.Length < HeaderLength)
            return false;
        var header = MemoryMarshal.Read<nlattr>(_rest);
        if (header.nla_len < HeaderLength || header.nla_len > _rest.Length)
            return false;
        Type = (ushort)(header.nla_type & NLA_TYPE_MASK);
        Value = _rest[HeaderLength..header.nla_len];
        _rest = _rest[Math.Min(_rest.Length, NLMSG_ALIGN(header.nla_len))..];
        return true;
    }
}
