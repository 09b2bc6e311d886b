using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxGenetlink;

namespace MgCap.Linux.Netlink;

/// <summary>Asks a family of generic netlink (the kernel's netlink/intro.rst). A family is found by its name and has a number that changes.</summary>
internal sealed unsafe class GenericNetlinkSocket : IDisposable
{
    private readonly NetlinkSocket _socket = new(LinuxNetlink.NETLINK_GENERIC);
    private readonly ushort _family;
    private readonly byte _version;

    /// <summary>Finds the family, in the calling thread's network namespace.</summary>
    /// <exception cref="LinuxException">ENOENT when there is none of that name.</exception>
    internal GenericNetlinkSocket(string family, byte version)
    {
        _version = version;
        try
        {
            _family = Resolve(family);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>A request for one of the family's commands.</summary>
    internal NetlinkRequest Request(byte command) => new NetlinkRequest().With(new genlmsghdr { cmd = command, version = _version });

    /// <summary>Tells the family to do something.</summary>
    internal void Do(NetlinkRequest request, string attempt) =>
        _socket.Request(_family, LinuxNetlink.NLM_F_ACK, request.Payload, attempt, _ => { });

    /// <summary>Asks for one message.</summary>
    internal void Get(NetlinkRequest request, string attempt, NetlinkSocket.MessageHandler handle) =>
        _socket.Request(_family, 0, request.Payload, attempt, message => handle(message[sizeof(genlmsghdr)..]));

    /// <summary>Asks for as many messages as there are.</summary>
    internal void Dump(NetlinkRequest request, string attempt, NetlinkSocket.MessageHandler handle) =>
        _socket.Request(_family, LinuxNetlink.NLM_F_DUMP, request.Payload, attempt, message => handle(message[sizeof(genlmsghdr)..]));

    public void Dispose() => _socket.Dispose();

    private ushort Resolve(string family)
    {
        ushort number = 0;
        var request = new NetlinkRequest().With(new genlmsghdr { cmd = CTRL_CMD_GETFAMILY, version = 1 }).With(CTRL_ATTR_FAMILY_NAME, family);
        _socket.Request(GENL_ID_CTRL, 0, request.Payload, $"find the netlink family {family}", message =>
        {
            var attributes = new NetlinkAttributes(message[sizeof(genlmsghdr)..]);
            while (attributes.MoveNext())
            {
                if (attributes.Type == CTRL_ATTR_FAMILY_ID)
                    number = MemoryMarshal.Read<ushort>(attributes.Value);
            }
        });
        return number;
    }
}
