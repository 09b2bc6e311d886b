using System.Runtime.InteropServices;
using System.Text;
using static MgCap.Linux.Libc.LinuxNetlink;

namespace MgCap.Linux.Netlink;

/// <summary>What the kernel says of an error in words: netlink's extended acknowledgement (the kernel's netlink/intro.rst).</summary>
internal static unsafe class NetlinkErrorText
{
    /// <summary>The words.</summary>
    /// <param name="header">Of a message of type NLMSG_ERROR or NLMSG_DONE.</param>
    /// <param name="payload">What follows the header.</param>
    /// <returns>null where the kernel says nothing.</returns>
    internal static string? Of(nlmsghdr header, ReadOnlySpan<byte> payload)
    {
        if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0)
            return null;
        var start = header.nlmsg_type == NLMSG_DONE ? sizeof(int) : StartOfAttributes(header, payload);
        if (start > payload.Length)
            return null;
        var attributes = new NetlinkAttributes(payload[start..]);
        while (attributes.MoveNext())
        {
            if (attributes.Type == NLMSGERR_ATTR_MSG)
                return Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
        }

        return null;
    }

    /// <summary>An error repeats the request, or only its header where that is capped.</summary>
    private static int StartOfAttributes(nlmsghdr header, ReadOnlySpan<byte> payload)
    {
        if ((header.nlmsg_flags & NLM_F_CAPPED) != 0 || payload.Length < sizeof(nlmsgerr))
            return sizeof(nlmsgerr);
        var request = MemoryMarshal.Read<nlmsgerr>(payload).msg;
        return sizeof(int) + NLMSG_ALIGN((int)Math.Min(request.nlmsg_len, (uint)payload.Length));
    }
}
