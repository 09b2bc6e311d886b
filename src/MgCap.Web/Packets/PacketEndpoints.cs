using System.Globalization;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using MgCap.Web.Dissection;
using MgCap.Web.Dissection.Search;
using MgCap.Web.Files;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Packets;

/// <summary>/api/captures/{id}/packets</summary>
public static class PacketEndpoints
{
    /// <summary>Adds what reads packets.</summary>
    public static void AddPacketReading(this IServiceCollection services)
    {
        services.AddSingleton<CaptureFileAccess>();
        services.AddSingleton<SharkdPool>();
        services.AddSingleton<PacketDissector>();
        services.AddSingleton<DisplaySearches>();
        services.AddSingleton<PacketReader>();
    }

    /// <summary>Adds the routes to those of the captures.</summary>
    public static void MapPackets(this IEndpointRouteBuilder captures)
    {
        captures.MapGet("/{id}/packets", ListAsync)
            .WithSummary("A capture's packets, also while it runs; display is a Wireshark display filter")
            .WithDescription(
                "A display filter finds what tshark -Y finds in the whole capture. A search gives what it has after a second, or as soon as there is something "
                + "later than that; next goes on with it. One that takes too much time for each packet ends with filter_too_slow. "
                + "zone is the time zone of times in the display filter that name none, by its name in the IANA's list; it is UTC where it is not given. "
                + "Rows without a filter are dissected in parts of some 10,000 packets: what a row's info draws from earlier packets, such as relative sequence "
                + "numbers, counts from the part's first packet.")
            .ProducesProblems(
                ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.FilterInvalid, ProblemCode.FilterTooSlow, ProblemCode.DisplayUnavailable, ProblemCode.ReadersBusy);
        captures.MapGet("/{id}/packets/{number}", GetAsync)
            .WithSummary("One packet: its layers with the bytes they stand for, and its bytes")
            .WithDescription(
                "It is dissected together with some 10,000 packets around it: stream numbers, relative sequence numbers and the like count from the first of them. "
                + "Such a field has a filter only where that is the capture's first packet. "
                + "zone is the time zone that dissectors show times in, by its name in the IANA's list; it is UTC where it is not given.")
            .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.PacketNotFound, ProblemCode.ReadersBusy);
    }

    private static async Task<Results<Ok<PacketPage>, ProblemHttpResult>> ListAsync(
        CaptureId id, CaptureFileAccess reading, PacketReader packets, string? offset, string? limit, string? at,
        string? display, string? cursor, string? zone, CancellationToken cancellation)
    {
        var (query, problem) = PacketQuery.Read(offset, limit, at, display, cursor, zone);
        if (query is null)
            return problem!;
        if (await reading.FindAsync(id) is not { } capture)
            return CaptureFileAccess.NoCapture();
        return TypedResults.Ok(await packets.ReadAsync(capture, query, cancellation));
    }

    private static async Task<Results<Ok<PacketDetail>, ProblemHttpResult>> GetAsync(
        CaptureId id, string number, CaptureFileAccess reading, PacketReader packets, string? zone, CancellationToken cancellation)
    {
        var errors = new List<(string, string)>();
        var shown = Zones.Read(zone, errors);
        if (errors.Count > 0)
            return Problem.InvalidFields(errors);
        if (await reading.FindAsync(id) is not { } capture)
            return CaptureFileAccess.NoCapture();
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            return Problem.Of(ProblemCode.PacketNotFound, "Packets are numbered from 1.");
        return await reading.Dissecting.RunAsync(() => packets.Read(capture, wanted, shown), cancellation) is { } packet
            ? TypedResults.Ok(packet)
            : Problem.Of(ProblemCode.PacketNotFound, $"The capture has packets 1 to {capture.Record.Files.Sum(file => file.Packets)}.");
    }
}
