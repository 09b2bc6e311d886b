namespace MgCap.Capture.Engines.Packet;

/// <summary>
/// The header of a CAN frame as LINKTYPE_CAN_SOCKETCAN has it: the identifier is in network byte order, and flags say which format the
/// frame has. The kernel has the identifier in the machine's order, and the format in the packet's protocol (linux/can.h).
/// </summary>
internal static class CanHeader
{
    /// <summary>The bytes that may change.</summary>
    internal const int Length = 6;

    private const int IdentifierLength = 4;
    private const int FlagsOfXlAt = 4, FlagsOfFdAt = 5;
    private const byte IsXl = 0x80, IsFd = 0x04;
    private const ushort ProtocolCan = 0x000c, ProtocolFd = 0x000d, ProtocolXl = 0x000e;

    /// <summary>Changes a header from the kernel's form to the file's.</summary>
    /// <param name="header">What there is of it, at most <see cref="Length"/> bytes.</param>
    /// <param name="protocol">The packet's protocol (linux/if_ether.h).</param>
    internal static void ToFile(Span<byte> header, ushort protocol)
    {
        if (header.Length >= IdentifierLength && BitConverter.IsLittleEndian)
            header[..IdentifierLength].Reverse();
        if (header.Length < Length)
            return;
        if (protocol is ProtocolCan or ProtocolFd)
            header[FlagsOfXlAt] &= unchecked((byte)~IsXl);
        if (protocol == ProtocolXl)
            header[FlagsOfXlAt] |= IsXl;
        else if (protocol == ProtocolFd)
            header[FlagsOfFdAt] |= IsFd;
        else
            header[FlagsOfFdAt] &= unchecked((byte)~IsFd);
    }
}
