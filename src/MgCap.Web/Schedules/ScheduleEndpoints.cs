using MgCap.Web.Access;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Schedules;

/// <summary>/api/schedules</summary>
public static class ScheduleEndpoints
{
    private const string Example = """
        { "name": "office hours", "start": "0 8 * * 1-5", "stop": "0 18 * * 1-5", "zone": "Europe/Berlin",
          "capture": { "interface": "eth0", "rotate": { "seconds": 3600, "files": 100 } } }
        """;

    /// <summary>Adds the routes.</summary>
    public static void MapSchedules(this IEndpointRouteBuilder api)
    {
        var schedules = api.MapGroup("/schedules").WithTags("Schedules");
        schedules.MapGet("", ListAsync).WithSummary("Every schedule, oldest first");
        schedules.MapPost("", AddAsync).Takes(Role.Operator).WithSummary("Makes a schedule, by which captures start and stop")
            .AcceptsJson<ScheduleRequest>(Example)
            .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        schedules.MapGet("/{id}", GetAsync).WithSummary("One schedule: when its next capture starts, and which starts were missed").ProducesProblems(ProblemCode.ScheduleNotFound);
        schedules.MapPatch("/{id}", PatchAsync).Takes(Role.Operator).WithSummary("Changes a schedule, or pauses it; a capture that runs by it goes on")
            .AcceptsJson<ScheduleRequest>("""{ "paused": true }""")
            .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.ScheduleNotFound, ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        schedules.MapDelete("/{id}", DeleteAsync).Takes(Role.Operator).WithSummary("Removes a schedule; a capture that runs by it goes on").ProducesProblems(ProblemCode.ScheduleNotFound);
    }

    private static async Task<Ok<ScheduleList>> ListAsync(ScheduleService schedules) => TypedResults.Ok(new ScheduleList(await schedules.ListAsync()));

    private static async Task<Results<Created<Schedule>, ProblemHttpResult>> AddAsync(HttpRequest request, ScheduleService schedules)
    {
        var (body, problem) = await ReadAsync(request, isNew: true);
        if (body is null)
            return problem!;
        var schedule = await schedules.AddAsync(body, Caller.Of(request.HttpContext).Name);
        return TypedResults.Created($"{request.PathBase.ToUriComponent()}/api/schedules/{schedule.Id}", schedule);
    }

    private static async Task<Results<Ok<Schedule>, ProblemHttpResult>> GetAsync(CaptureId id, ScheduleService schedules) => Answer(await schedules.FindAsync(id.Value));

    private static async Task<Results<Ok<Schedule>, ProblemHttpResult>> PatchAsync(CaptureId id, HttpRequest request, ScheduleService schedules)
    {
        var (body, problem) = await ReadAsync(request, isNew: false);
        return body is null ? problem! : Answer(await schedules.PatchAsync(id.Value, body, Caller.Of(request.HttpContext)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(CaptureId id, HttpContext context, ScheduleService schedules) =>
        await schedules.DeleteAsync(id.Value, Caller.Of(context)) ? TypedResults.NoContent() : NotFound();

    private static async Task<(ScheduleRequest? Body, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request, bool isNew)
    {
        var (body, problem) = await JsonBody.ReadAsync<ScheduleRequest>(request);
        if (body is null)
            return (null, problem);
        var errors = body.Problems(isNew);
        return errors.Count > 0 ? (null, Problem.InvalidFields(errors))
            : AccessRules.RefuseUnless(request.HttpContext, admin: body.Capture?.IsForAdmins == true) is { } forbidden ? (null, forbidden)
            : (body, null);
    }

    private static Results<Ok<Schedule>, ProblemHttpResult> Answer(Schedule? schedule) => schedule is null ? NotFound() : TypedResults.Ok(schedule);

    private static ProblemHttpResult NotFound() => Problem.Of(ProblemCode.ScheduleNotFound, "GET /api/schedules lists them.");
}
