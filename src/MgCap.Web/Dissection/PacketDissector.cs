namespace MgCap.Web.Dissection;

/// <summary>A display filter that sharkd does not take; the message is sharkd's.</summary>
public sealed class DisplayFilterException(string message) : Exception(message);

/// <summary>Packets of a capture for people: by sharkd where it can be had, by MgCap's own means otherwise.</summary>
public sealed class PacketDissector(SharkdPool sharkd)
{
    /// <summary>Why display filters are not to be had, for people; null where they are.</summary>
    public string? DisplayUnavailable => sharkd.Unavailable;

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
        return sharkd.TryUse(slice, helper => SharkdAnswers.Rows(helper, skip, limit), out var columns)
            ? ([.. Join(slice, packets, columns)], DissectorKind.Sharkd)
            : ([.. packets.Select(BuiltInDissector.Row)], DissectorKind.BuiltIn);
    }

    /// <summary>One packet's layers.</summary>
    public (IReadOnlyList<PacketLayer> Layers, DissectorKind By) Layers(PacketSlice slice, RawPacket packet)
    {
        ArgumentNullException.ThrowIfNull(slice);
        ArgumentNullException.ThrowIfNull(packet);
        return sharkd.TryUse(slice, helper => SharkdAnswers.Layers(helper, packet.Number - slice.FirstPacket, packet.Data.Length), out var layers)
            ? (layers, DissectorKind.Sharkd)
            : (BuiltInDissector.Layers(packet), DissectorKind.BuiltIn);
    }

    /// <summary>Checks a display filter.</summary>
    /// <exception cref="DisplayFilterException">It is none.</exception>
    /// <returns>false where sharkd is not to be had.</returns>
    public bool Check(string filter)
    {
        if (!sharkd.TryUse(null, helper => new FilterAnswer(SharkdAnswers.Check(helper, filter)), out var answer))
            return false;
        return answer.Problem is { } problem ? throw new DisplayFilterException(problem) : true;
    }

    /// <summary>Packets of a slice that a display filter finds, in order.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="filter">A filter that was checked.</param>
    /// <param name="skip">Packets of the slice that are passed over, whether they match or not.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>null where sharkd is not to be had for this slice.</returns>
    public IReadOnlyList<PacketRow>? Matches(PacketSlice slice, string filter, long skip, int limit)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var expression = skip == 0 ? filter : $"({filter}) && frame.number > {skip}";
        if (!sharkd.TryUse(slice, helper => SharkdAnswers.Rows(helper, 0, limit, expression), out var columns))
            return null;
        return columns.Count == 0 ? [] : [.. Join(slice, slice.Read(columns[0].Place - 1), columns)];
    }

    private static IEnumerable<PacketRow> Join(PacketSlice slice, IEnumerable<RawPacket> packets, IReadOnlyList<SharkdAnswers.Columns> columns)
    {
        var next = 0;
        foreach (var packet in packets)
        {
            if (next == columns.Count)
                yield break;
            if (columns[next] is var found && slice.FirstPacket + found.Place != packet.Number)
                continue;
            yield return new PacketRow(packet.Number, packet.Time, found.Source, found.Destination, found.Protocol, packet.Length, found.Info);
            next++;
        }
    }

    private sealed record FilterAnswer(string? Problem);
}
