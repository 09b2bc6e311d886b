namespace MgCap.Web.Dissection;

/// <summary>Packets of a capture for people: by sharkd where it is available, by the built-in dissector otherwise.</summary>
public sealed class PacketDissector(SharkdPool sharkd)
{
    /// <summary>Why there is no sharkd, for people; null where there is.</summary>
    public string? Unavailable => sharkd.Unavailable;

    /// <summary>Whether nothing has to be started any more for the first packet that is read.</summary>
    public bool IsWarm => sharkd.IsWarm;

    /// <summary>Makes ready what would have to be started for the first packet that is read.</summary>
    /// <returns>Whether it is ready.</returns>
    public bool WarmUp() => sharkd.WarmUp();

    /// <summary>Some packets of a slice, in order.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="skip">Packets of it that are passed over.</param>
    /// <param name="limit">How many at most.</param>
    public (IReadOnlyList<PacketRow> Rows, DissectorKind By) Rows(PacketSlice slice, long skip, int limit)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var packets = slice.Read(skip).Take(limit).ToList();
        return sharkd.TryUse(slice, 0, helper => SharkdProtocol.Rows(helper, skip, limit), out var columns)
            ? ([.. packets.Select((packet, i) => Row(packet, packet.Number - slice.FirstPacket, i < columns.Count ? columns[i] : null))], DissectorKind.Sharkd)
            : ([.. packets.Select(BuiltInDissector.Row)], DissectorKind.BuiltIn);
    }

    /// <summary>One packet's layers, with times in a zone.</summary>
    public (IReadOnlyList<PacketLayer> Layers, DissectorKind By) Layers(PacketSlice slice, RawPacket packet, string zone)
    {
        ArgumentNullException.ThrowIfNull(slice);
        ArgumentNullException.ThrowIfNull(packet);
        return sharkd.TryUse(slice, packet.Number, helper => SharkdProtocol.Layers(helper, slice.FirstPacket, packet), out var layers, zone)
            ? (layers, DissectorKind.Sharkd)
            : (BuiltInDissector.Layers(packet), DissectorKind.BuiltIn);
    }

    private static PacketRow Row(RawPacket packet, long place, SharkdProtocol.Columns? found) => found is not null && found.Place == place
        ? new PacketRow(packet.Number, packet.Time, found.Source, found.Destination, found.Protocol, packet.Length, found.Info)
        : BuiltInDissector.Row(packet);
}
