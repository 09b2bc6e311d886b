using System.Globalization;
using MgCap.Capture.Sensors;
using MgCap.Capture.Storage;
using MgCap.Web.Access;
using MgCap.Web.Api;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Machine;

/// <summary>/api/system/disk</summary>
public static class DiskEndpoints
{
    private const double DefaultSeconds = 3;
    private const double MaxSeconds = 30;

    private static int _running;

    /// <summary>Adds the route.</summary>
    public static void MapDisk(this IEndpointRouteBuilder api) => api
        .MapGet("/system/disk", GetAsync)
        .Takes(Role.Operator)
        .WithTags("System")
        .WithSummary("Measures what the data directory's disk takes, by writing to it for some seconds")
        .WithDescription(
            "It writes a file as a capture is written, as fast as the disk takes it, and removes it: up to 30 seconds, without seconds 3. While a capture runs it is "
            + "refused, since that would lose packets, and so is a second one at the same time.")
        .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.CaptureRunning, ProblemCode.LimitReached, ProblemCode.StorageFull);

    private static async Task<Results<Ok<DiskTrial>, ProblemHttpResult>> GetAsync(
        ISensor sensor, CaptureService captures, DataFolder data, MgCapOptions options, string? seconds, CancellationToken cancellation)
    {
        var duration = DefaultSeconds;
        if (seconds is not null
            && !(double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out duration) && duration is > 0 and <= MaxSeconds))
        {
            return Problem.InvalidFields([("seconds", $"must be more than 0, and {MaxSeconds} at most")]);
        }

        if (captures.Running.Any())
            return Problem.Of(ProblemCode.CaptureRunning, "Measuring would take the disk from the captures that run. Stop them, or measure when they have ended.");
        if (Interlocked.Exchange(ref _running, 1) == 1)
            return Problem.Of(ProblemCode.LimitReached, "The disk is being measured already. Ask again when that is done.");
        try
        {
            return TypedResults.Ok(await sensor.MeasureDiskAsync(data.Captures, TimeSpan.FromSeconds(duration), data.MinFreeBytes, options.Storage.SyncInterval, cancellation));
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
