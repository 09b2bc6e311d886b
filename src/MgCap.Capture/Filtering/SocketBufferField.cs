using static MgCap.Capture.Filtering.ClassicBpf;

namespace MgCap.Capture.Filtering;

/// <summary>A member of struct __sk_buff (linux/bpf.h) that answers what classic BPF asks the kernel about a packet.</summary>
/// <param name="Offset">Where it is.</param>
/// <param name="IsBigEndian">Whether its 16 bits are in network order.</param>
internal readonly record struct SocketBufferField(short Offset, bool IsBigEndian)
{
    internal const short LengthAt = 0, PacketTypeAt = 4;

    /// <param name="question">A load's operand, from <see cref="AncillaryBase"/> on.</param>
    /// <returns>null when no member tells.</returns>
    internal static SocketBufferField? Find(uint question) => question switch
    {
        AncillaryProtocol => new(16, true),
        AncillaryPacketType => new(PacketTypeAt, false),
        AncillaryInterface => new(40, false),
        AncillaryQueue => new(12, false),
        AncillaryVlanTag => new(24, false),
        AncillaryVlanPresent => new(20, false),
        AncillaryVlanProtocol => new(28, true),
        _ => null,
    };
}
