using MgCap.Capture;
using MgCap.Capture.Filtering;
using MgCap.Web.Api;
using MgCap.Web.Packets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Downloads;

/// <summary>Which part of a capture is asked for; what is null is no limit.</summary>
/// <param name="From">The first time that belongs to it.</param>
/// <param name="To">The first time after it that does not.</param>
/// <param name="Filter">pcap-filter(7) text.</param>
public sealed record PartQuery(Timestamp? From, Timestamp? To, string? Filter)
{
    /// <summary>Reads a query.</summary>
    /// <returns>The query, null for the whole capture, or the answer that says what is wrong.</returns>
    public static (PartQuery? Query, ProblemHttpResult? Problem) Read(string? from, string? to, string? filter)
    {
        var errors = new List<(string, string)>();
        var (start, end) = (QueryTimes.Read("from", from, errors), QueryTimes.Read("to", to, errors));
        if (start >= end)
            errors.Add(("to", "must be after from"));
        if (string.IsNullOrWhiteSpace(filter))
            filter = null;
        if (CaptureFilter.FormProblem(filter) is { } problem)
            errors.Add(("filter", problem));
        if (errors.Count > 0)
            return (null, Problem.InvalidFields(errors));
        return (start is null && end is null && filter is null ? null : new PartQuery(start, end, filter), null);
    }
}
