using MgCap.Capture;
using MgCap.Capture.Filtering;
using MgCap.Capture.Pcapng;
using MgCap.Web.Api;
using MgCap.Web.Packets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Downloads;

/// <summary>Which part of a capture is asked for; what is null is no limit.</summary>
/// <param name="From">The first time that belongs to it.</param>
/// <param name="To">The first time after it that does not.</param>
/// <param name="Filter">pcap-filter(7) text.</param>
/// <param name="Form">The format.</param>
/// <param name="Compression">How it is compressed.</param>
public sealed record PartQuery(Timestamp? From, Timestamp? To, string? Filter, PacketForm Form, FileCompression Compression)
{
    /// <summary>Whether every packet is asked for.</summary>
    internal bool HasAllPackets => this is { From: null, To: null, Filter: null };

    /// <summary>Whether it is the capture as it is, compressed or not.</summary>
    internal bool IsWhole => HasAllPackets && Form == PacketForm.Pcapng;

    /// <summary>What a format's files end with.</summary>
    internal static string ExtensionOf(PacketForm form) => form == PacketForm.Pcap ? ".pcap" : ".pcapng";

    /// <summary>Reads the format that is asked for.</summary>
    internal static PacketForm ReadForm(string? format, List<(string, string)> errors)
    {
        if (format is null or "pcapng")
            return PacketForm.Pcapng;
        if (format != "pcap")
            errors.Add(("format", "must be pcapng or pcap"));
        return PacketForm.Pcap;
    }

    /// <summary>Reads a query.</summary>
    /// <returns>The query, or the answer that says what is wrong.</returns>
    public static (PartQuery? Query, ProblemHttpResult? Problem) Read(string? from, string? to, string? filter, string? format, string? compress)
    {
        var errors = new List<(string, string)>();
        var (start, end) = (QueryTimes.Read("from", from, errors), QueryTimes.Read("to", to, errors));
        if (start >= end)
            errors.Add(("to", "must be after from"));
        filter = ReadFilter(filter, errors);
        var form = ReadForm(format, errors);
        var compression = FileCompressions.Read(compress, errors);
        return errors.Count > 0 ? (null, Problem.InvalidFields(errors)) : (new PartQuery(start, end, filter, form, compression), null);
    }

    /// <summary>Reads a filter; an empty one is none.</summary>
    internal static string? ReadFilter(string? filter, List<(string, string)> errors)
    {
        if (string.IsNullOrWhiteSpace(filter))
            return null;
        if (CaptureFilter.FormProblem(filter) is { } problem)
            errors.Add(("filter", problem));
        return filter;
    }
}
