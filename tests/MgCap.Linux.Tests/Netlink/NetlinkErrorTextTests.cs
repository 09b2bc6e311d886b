using System.Runtime.InteropServices;
using MgCap.Linux.Netlink;
using static MgCap.Linux.Libc.LinuxNetlink;

namespace MgCap.Linux.Tests.Netlink;

/// <summary>Netlink's extended acknowledgement: an errno, the request or its header, then attributes, one of which is text.</summary>
public sealed class NetlinkErrorTextTests
{
    private const ushort MessageAttribute = 1;
    private const ushort OffsetAttribute = 2;

    [Fact]
    public void CappedError_SaysItsText() => Assert.Equal("no room", TextOf(NLMSG_ERROR, NLM_F_ACK_TLVS | NLM_F_CAPPED, Error(40)));

    [Fact]
    public void WholeError_SaysItsText_AfterTheRequest() => Assert.Equal("no room", TextOf(NLMSG_ERROR, NLM_F_ACK_TLVS, [.. Error(40), .. new byte[24]]));

    [Fact]
    public void EndOfADump_SaysItsText() => Assert.Equal("no room", TextOf(NLMSG_DONE, NLM_F_ACK_TLVS, new byte[sizeof(int)]));

    [Fact]
    public void ErrorWithoutAttributes_SaysNothing() => Assert.Null(TextOf(NLMSG_ERROR, NLM_F_CAPPED, Error(40)));

    [Fact]
    public void ErrorOfARequestBeyondItsEnd_SaysNothing() => Assert.Null(TextOf(NLMSG_ERROR, NLM_F_ACK_TLVS, Error(uint.MaxValue)));

    [Fact]
    public void ErrorThatIsCutOff_SaysNothing() =>
        Assert.Null(NetlinkErrorText.Of(new nlmsghdr { nlmsg_type = NLMSG_ERROR, nlmsg_flags = NLM_F_ACK_TLVS | NLM_F_CAPPED }, Error(40).AsSpan(0, 8)));

    [Fact]
    public void UnknownFamily_IsNoEntry()
    {
        var exception = Assert.Throws<LinuxException>(() => new GenericNetlinkSocket("nosuchfamily", 1));
        Assert.Equal(Errno.ENOENT, exception.Errno);
        Assert.StartsWith("could not find the netlink family nosuchfamily", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KernelsOwnFamily_IsFound()
    {
        using var socket = new GenericNetlinkSocket("nlctrl", 2);
        var families = 0;
        // CTRL_CMD_GETFAMILY, of which a dump tells all families.
        socket.Dump(socket.Request(3), "list the families", _ => families++);
        Assert.True(families > 0);
    }

    private static string? TextOf(ushort type, int flags, byte[] before)
    {
        var attributes = new NetlinkRequest().With(OffsetAttribute, 17u).With(MessageAttribute, "no room");
        return NetlinkErrorText.Of(
            new nlmsghdr { nlmsg_type = type, nlmsg_flags = (ushort)flags }, [.. before, .. attributes.Payload]);
    }

    private static byte[] Error(uint requestLength)
    {
        var error = new nlmsgerr { error = -(int)Errno.ENOMEM, msg = new nlmsghdr { nlmsg_len = requestLength } };
        return MemoryMarshal.AsBytes(new ReadOnlySpan<nlmsgerr>(in error)).ToArray();
    }
}
