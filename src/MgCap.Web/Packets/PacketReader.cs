using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Web.Dissection;
using MgCap.Web.Dissection.Search;
using MgCap.Web.Files;

namespace MgCap.Web.Packets;

/// <summary>Packets of a capture, in the file's order.</summary>
/// <param name="Total">Packets in the capture; null with a display filter, whose matches are not counted.</param>
/// <param name="Offset">Packets of the capture before those that were looked at.</param>
/// <param name="ScannedTo">The number of the last packet that was looked at.</param>
/// <param name="NotSearched">Always 0: a search that can't look at packets fails.</param>
/// <param name="Dissector">What has read them.</param>
/// <param name="Next">For <c>cursor</c>, to go on with the same display filter; null where all was searched, and without a filter.</param>
/// <param name="Rows">The packets.</param>
public sealed record PacketPage(
    long? Total, long Offset, long ScannedTo, long NotSearched, DissectorKind Dissector, string? Next, IReadOnlyList<PacketRow> Rows);

/// <summary>One packet.</summary>
/// <param name="Number">Its place in the capture, from 1.</param>
/// <param name="Time">When it was seen; null where the file does not say.</param>
/// <param name="Interface">The interface and its queue; null where the file does not say.</param>
/// <param name="Direction">in or out; null where the capture does not say.</param>
/// <param name="Length">Bytes on the wire.</param>
/// <param name="CapturedLength">Bytes kept.</param>
/// <param name="Dissector">What has read it.</param>
/// <param name="Layers">Its layers, from the outermost.</param>
/// <param name="Bytes">What was kept of it.</param>
public sealed record PacketDetail(
    long Number, Timestamp? Time, string? Interface, CaptureDirection? Direction, long Length, int CapturedLength, DissectorKind Dissector,
    IReadOnlyList<PacketLayer> Layers, byte[] Bytes);

/// <summary>Reads packets out of captures: slice by slice, or as a display filter finds them.</summary>
public sealed class PacketReader(PacketDissector dissector, DisplaySearches searches, CaptureFileAccess reading)
{
    /// <summary>Starts the dissector on a reading thread, unless it is there: a page was asked for that may open a capture.</summary>
    public void Prewarm()
    {
        if (dissector.IsWarm)
            return;
        try
        {
            _ = reading.Dissecting.RunAsync(dissector.WarmUp, CancellationToken.None);
        }
        catch (ReadersBusyException)
        {
            // Then it works already.
        }
    }

    /// <summary>Reads a page.</summary>
    /// <param name="capture">The capture.</param>
    /// <param name="query">Which packets.</param>
    /// <param name="cancellation">Ends the wait, and a search that nobody else waits for.</param>
    /// <exception cref="ReadersBusyException">Too many read already.</exception>
    /// <exception cref="DisplayFilterException">The display filter is none.</exception>
    /// <exception cref="DisplayFilterTooSlowException">The display filter takes too long.</exception>
    /// <exception cref="DisplayUnavailableException">Display filters are unavailable here, or failed.</exception>
    public async Task<PacketPage> ReadAsync(ReadableCapture capture, PacketQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Display is null)
            return await reading.Dissecting.RunAsync(() => ReadPlain(reading.IndexOf(capture), query), cancellation);
        var (index, offset) = await reading.Files.RunAsync(() => reading.IndexOf(capture) is var index ? (index, Offset(index, query)) : default, cancellation);
        var found = await searches.ReadAsync(index, new DisplayFilter(query.Display, query.Zone), offset, query.GoesOn, query.Limit, cancellation);
        var next = found.IsComplete ? null : found.ScannedTo.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new PacketPage(null, offset, found.ScannedTo, 0, DissectorKind.Sharkd, next, found.Rows);
    }

    /// <summary>Reads one packet.</summary>
    /// <param name="capture">The capture.</param>
    /// <param name="number">The packet's place in it, from 1.</param>
    /// <param name="zone">The time zone that dissectors show times in.</param>
    /// <returns>null where there is none.</returns>
    public PacketDetail? Read(ReadableCapture capture, long number, string zone)
    {
        var index = reading.IndexOf(capture);
        if (number < 1 || number > index.Packets)
            return null;
        var slice = PacketSlice.Of(index).First(slice => slice.EndPacket >= number);
        var packet = slice.Read(number - 1 - slice.FirstPacket).First();
        var (layers, by) = dissector.Layers(slice, packet, zone);
        CaptureDirection? direction = packet.Direction switch
        {
            PacketDirection.Inbound => CaptureDirection.In,
            PacketDirection.Outbound => CaptureDirection.Out,
            _ => null,
        };
        return new PacketDetail(number, packet.Time, packet.Interface, direction, packet.Length, packet.Data.Length, by, layers, packet.Data);
    }

    private PacketPage ReadPlain(CaptureIndex index, PacketQuery query)
    {
        var offset = Offset(index, query);
        var rows = new List<PacketRow>();
        var by = DissectorKind.Sharkd;
        foreach (var slice in PacketSlice.Of(index).SkipWhile(slice => slice.EndPacket <= offset))
        {
            if (rows.Count == query.Limit)
                break;
            var (part, partBy) = dissector.Rows(slice, Math.Max(0, offset - slice.FirstPacket), query.Limit - rows.Count);
            rows.AddRange(part);
            if (partBy == DissectorKind.BuiltIn)
                by = DissectorKind.BuiltIn;
        }

        if (rows.Count == 0 && dissector.Unavailable is not null)
            by = DissectorKind.BuiltIn;
        return new PacketPage(index.Packets, offset, Math.Min(index.Packets, offset + rows.Count), 0, by, null, rows);
    }

    private static long Offset(CaptureIndex index, PacketQuery query) => query.At is { } time ? FirstAt(index, time) : query.Offset;

    /// <summary>How many packets stand before the first of this time or later.</summary>
    private static long FirstAt(CaptureIndex index, Timestamp time)
    {
        var found = index.FindTime(time);
        if (found < 0)
            return index.Packets;
        var entry = index.Entries[found];
        var slice = new PacketSlice(index, entry.Offset, entry.End, entry.FirstPacket, entry.Packets);
        return slice.Read(0).First(packet => packet.Time >= time).Number - 1;
    }
}
