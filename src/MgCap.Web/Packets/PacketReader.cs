using System.Diagnostics;
using System.Text.RegularExpressions;
using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;
using MgCap.Web.Dissection;

namespace MgCap.Web.Packets;

/// <summary>Packets of a capture, in the file's order.</summary>
/// <param name="Total">Packets in the capture; null with a display filter, whose matches nobody has counted.</param>
/// <param name="Offset">Packets of the capture before those that were looked at.</param>
/// <param name="ScannedTo">The number of the last packet that was looked at.</param>
/// <param name="NotSearched">Packets that a display filter could not be tried on, as sharkd failed with them.</param>
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

/// <summary>Reads packets out of captures, slice by slice.</summary>
public sealed partial class PacketReader(PacketDissector dissector, CaptureReading reading)
{
    // A request with a display filter looks at slices for so long, and at one at least.
    private static readonly TimeSpan _searchTime = TimeSpan.FromSeconds(1);

    /// <summary>Says that someone has come who may open a capture: the dissector is started on a reading thread, unless it is there.</summary>
    public void Expect()
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
    /// <exception cref="DisplayFilterException">The display filter is none.</exception>
    /// <returns>null where there is a display filter, and sharkd is not to be had.</returns>
    public PacketPage? Read(ReadableCapture capture, PacketQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var index = reading.IndexOf(capture);
        var offset = query.At is { } time ? FirstAt(index, time) : query.Offset;
        if (query.Display is null)
            return ReadPlain(index, offset, query.Limit);
        if (SliceFields().IsMatch(query.Display) && PacketSlice.Of(index).Skip(1).Any())
        {
            throw new DisplayFilterException(
                "frame.number and the times relative to other frames can't be searched for in a capture of this size, which is dissected in parts; use offset or at");
        }

        return dissector.Check(query.Display) ? Search(index, offset, query.Limit, query.Display) : null;
    }

    /// <summary>Reads one packet.</summary>
    /// <param name="capture">The capture.</param>
    /// <param name="number">The packet's place in it, from 1.</param>
    /// <returns>null where there is none.</returns>
    public PacketDetail? Read(ReadableCapture capture, long number)
    {
        var index = reading.IndexOf(capture);
        if (number < 1 || number > index.Packets)
            return null;
        var slice = PacketSlice.Of(index).First(slice => slice.EndPacket >= number);
        var packet = slice.Read(number - 1 - slice.FirstPacket).First();
        var (layers, by) = dissector.Layers(slice, packet);
        CaptureDirection? direction = packet.Direction switch
        {
            PacketDirection.Inbound => CaptureDirection.In,
            PacketDirection.Outbound => CaptureDirection.Out,
            _ => null,
        };
        return new PacketDetail(number, packet.Time, packet.Interface, direction, packet.Length, packet.Data.Length, by, layers, packet.Data);
    }

    private PacketPage ReadPlain(CaptureIndex index, long offset, int limit)
    {
        var rows = new List<PacketRow>();
        var by = DissectorKind.Sharkd;
        foreach (var slice in PacketSlice.Of(index).SkipWhile(slice => slice.EndPacket <= offset))
        {
            if (rows.Count == limit)
                break;
            var (part, partBy) = dissector.Rows(slice, Math.Max(0, offset - slice.FirstPacket), limit - rows.Count);
            rows.AddRange(part);
            if (partBy == DissectorKind.BuiltIn)
                by = DissectorKind.BuiltIn;
        }

        if (rows.Count == 0 && dissector.DisplayUnavailable is not null)
            by = DissectorKind.BuiltIn;
        return new PacketPage(index.Packets, offset, Math.Min(index.Packets, offset + rows.Count), 0, by, null, rows);
    }

    private PacketPage Search(CaptureIndex index, long offset, int limit, string display)
    {
        var clock = Stopwatch.StartNew();
        var rows = new List<PacketRow>();
        var (scanned, notSearched) = (Math.Min(offset, index.Packets), 0L);
        foreach (var slice in PacketSlice.Of(index).SkipWhile(slice => slice.EndPacket <= offset))
        {
            var found = dissector.Matches(slice, display, Math.Max(0, offset - slice.FirstPacket), limit - rows.Count);
            scanned = slice.EndPacket;
            if (found is null)
                notSearched += slice.Packets;
            else
                rows.AddRange(found);
            if (rows.Count == limit)
            {
                scanned = rows[^1].Number;
                break;
            }

            if (clock.Elapsed >= _searchTime)
                break;
        }

        var next = scanned < index.Packets ? scanned.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        return new PacketPage(null, offset, scanned, notSearched, DissectorKind.Sharkd, next, rows);
    }

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

    [GeneratedRegex(@"\bframe\.(number|time_relative|time_delta(_displayed)?)\b")]
    private static partial Regex SliceFields();
}
