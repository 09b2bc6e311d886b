using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using static MgCap.Linux.Libc.LinuxNetlink;

namespace MgCap.Linux.Netlink;

/// <summary>The payload of a request: what the protocol puts first, then attributes (netlink(7), struct nlattr).</summary>
internal sealed unsafe class NetlinkRequest
{
    private readonly ArrayBufferWriter<byte> _payload = new();

    internal ReadOnlySpan<byte> Payload => _payload.WrittenSpan;

    /// <summary>Adds a structure as it is; its size is a multiple of 4.</summary>
    internal NetlinkRequest With<T>(T structure)
        where T : unmanaged
    {
        _payload.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in structure)));
        return this;
    }

    internal NetlinkRequest With(ushort type, uint value) => With(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    /// <summary>Adds a text, which ends with a NUL there.</summary>
    internal NetlinkRequest With(ushort type, string text) => With(type, Encoding.UTF8.GetBytes(text + '\0'));

    internal NetlinkRequest With(ushort type, ReadOnlySpan<byte> value)
    {
        With(new nlattr { nla_len = checked((ushort)(sizeof(nlattr) + value.Length)), nla_type = type });
        var aligned = NLMSG_ALIGN(value.Length);
        var room = _payload.GetSpan(aligned)[..aligned];
        room.Clear();
        value.CopyTo(room);
        _payload.Advance(aligned);
        return this;
    }
}
