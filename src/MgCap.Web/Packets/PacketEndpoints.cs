using System.Globalization;
using MgCap.Web.Api;
using MgCap.Web.Dissection;
using MgCap.Web.Summaries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Packets;

/// <summary>/api/captures/{id}/packets</summary>
public static class PacketEndpoints
{
    /// <summary>Adds what reads packets.</summary>
    public static void AddPacketReading(this IServiceCollection services)
    {
        services.AddSingleton<CaptureReading>();
        services.AddSingleton<SharkdPool>();
        services.AddSingleton<PacketDissector>();
        services.AddSingleton<PacketReader>();
        services.AddSingleton<SummaryService>();
    }

    /// <summary>Adds the routes to those of the captures.</summary>
    public static void MapPackets(this IEndpointRouteBuilder captures)
    {
        captures.MapGet("/{id}/packets", ListAsync)
            .WithSummary("A capture's packets, also while it runs; display is a Wireshark display filter")
            .WithDescription(
                "Packets are dissected in parts of some 10,000: what a display filter or a summary draws from earlier packets, such as stream numbers, is that of the part. "
                + "A search takes a second at most for each request; next goes on with it.")
            .Fails(
                ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.FilterInvalid, ProblemCode.DisplayUnavailable, ProblemCode.ReadersBusy);
        captures.MapGet("/{id}/packets/{number}", GetAsync)
            .WithSummary("One packet: its layers with the bytes they stand for, and its bytes")
            .Fails(ProblemCode.CaptureNotFound, ProblemCode.PacketNotFound, ProblemCode.ReadersBusy);
    }

    private static async Task<Results<Ok<PacketPage>, ProblemHttpResult>> ListAsync(
        string id, CaptureReading reading, PacketReader packets, PacketDissector dissector, string? offset, string? limit, string? at,
        string? display, string? cursor, CancellationToken cancellation)
    {
        var (query, problem) = PacketQuery.Read(offset, limit, at, display, cursor);
        if (query is null)
            return problem!;
        if (await reading.FindAsync(id) is not { } capture)
            return NoCapture();
        try
        {
            return await reading.Dissecting.RunAsync(() => packets.Read(capture, query), cancellation) is { } page
                ? TypedResults.Ok(page)
                : Problem.Of(ProblemCode.DisplayUnavailable, dissector.DisplayUnavailable is { } why ? $"{why}." : "sharkd failed; its log says how.");
        }
        catch (DisplayFilterException exception)
        {
            return Problem.Of(ProblemCode.FilterInvalid, exception.Message);
        }
        catch (ReadersBusyException)
        {
            return Busy();
        }
    }

    private static async Task<Results<Ok<PacketDetail>, ProblemHttpResult>> GetAsync(
        string id, string number, CaptureReading reading, PacketReader packets, CancellationToken cancellation)
    {
        if (await reading.FindAsync(id) is not { } capture)
            return NoCapture();
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            return Problem.Of(ProblemCode.PacketNotFound, "Packets are numbered from 1.");
        try
        {
            return await reading.Dissecting.RunAsync(() => packets.Read(capture, wanted), cancellation) is { } packet
                ? TypedResults.Ok(packet)
                : Problem.Of(ProblemCode.PacketNotFound, $"The capture has packets 1 to {capture.Record.Files[0].Packets}.");
        }
        catch (ReadersBusyException)
        {
            return Busy();
        }
    }

    /// <summary>The answer where there is no such capture, or no file of it.</summary>
    internal static ProblemHttpResult NoCapture() => Problem.Of(ProblemCode.CaptureNotFound, "GET /api/captures lists them; a capture whose files are gone has no packets.");

    /// <summary>The answer where too many read.</summary>
    internal static ProblemHttpResult Busy() => Problem.Of(ProblemCode.ReadersBusy, "Try again in a few seconds.");
}
