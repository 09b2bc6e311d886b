using MgCap.Capture;
using MgCap.Capture.Interfaces;
using MgCap.Web.Access;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MgCap.Web.Captures;

/// <summary>/api/captures</summary>
public static class CaptureEndpoints
{
    private const string StartExample = """
        { "interface": "eth0", "name": "web traffic", "snaplen": 96, "filter": "tcp port 443",
          "stop": { "packets": 0, "bytes": 0, "seconds": 3600 }, "rotate": { "seconds": 60, "files": 10 } }
        """;

    /// <summary>Adds the routes.</summary>
    /// <returns>The group, to which others add what they know of captures.</returns>
    public static RouteGroupBuilder MapCaptures(this IEndpointRouteBuilder api)
    {
        var captures = api.MapGroup("/captures").WithTags("Captures");
        captures.MapPost("", StartAsync).Takes(Role.Operator).WithSummary("Starts a capture")
            .AcceptsJson<CaptureRequest>(StartExample)
            .ProducesProblems(
                ProblemCode.InvalidRequest, ProblemCode.InterfaceNotFound, ProblemCode.InterfaceDown, ProblemCode.FilterInvalid, ProblemCode.FilterTooSlow, ProblemCode.EngineUnavailable,
                ProblemCode.InterfaceBusy, ProblemCode.DropRefused, ProblemCode.HwtstampUnsupported, ProblemCode.PermissionDenied, ProblemCode.RecorderTooLarge, ProblemCode.StorageFull, ProblemCode.LimitReached,
                ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        captures.MapCaptureList();
        captures.MapGet("/{id}", GetAsync).WithSummary("One capture, with its statistics").ProducesProblems(ProblemCode.CaptureNotFound);
        captures.MapPost("/{id}/stop", StopAsync).Takes(Role.Operator).WithSummary("Stops a capture and finishes its file").ProducesProblems(ProblemCode.CaptureNotFound);
        captures.MapPost("/{id}/save", SaveAsync).Takes(Role.Operator).WithSummary("Makes a capture of what a recorder has in memory, and of what comes for some seconds; it goes on")
            .AcceptsJson<SaveRequest>("""{ "before": 30, "after": 5, "name": "the moment it broke" }""")
            .ProducesProblems(
                ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.CaptureNotRunning, ProblemCode.StorageFull, ProblemCode.PermissionDenied,
                ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        captures.MapPut("/{id}/mode", SetModeAsync).Takes(Role.Operator).WithSummary("Switches a running capture between mirror and drop, without a gap")
            .AcceptsJson<ModeRequest>("""{ "mode": "drop", "force": false }""")
            .ProducesProblems(
                ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.CaptureNotRunning, ProblemCode.ModeUnsupported, ProblemCode.DropRefused,
                ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        captures.MapPatch("/{id}", PatchAsync).Takes(Role.Operator).WithSummary("Changes a capture's name and comment, and whether it is kept whatever MgCap:Retention says")
            .AcceptsJson<CapturePatch>("""{ "name": "web traffic", "comment": "after the change of Tuesday", "pinned": true }""")
            .ProducesProblems(ProblemCode.InvalidRequest, ProblemCode.CaptureNotFound, ProblemCode.StorageFull, ProblemCode.BodyTooLarge, ProblemCode.NotJson);
        captures.MapDelete("/{id}", DeleteAsync).Takes(Role.Operator).WithSummary("Removes a capture and its files").ProducesProblems(ProblemCode.CaptureNotFound, ProblemCode.CaptureRunning, ProblemCode.StorageFull);
        return captures;
    }

    private static async Task<Results<Created<CaptureRecord>, ProblemHttpResult>> StartAsync(HttpRequest request, CaptureService captures, RecorderService recorders)
    {
        var (body, problem) = await JsonBody.ReadAsync<CaptureRequest>(request);
        if (body is null)
            return problem!;
        (var settings, problem) = body.ToSettings();
        if (settings is null)
            return problem!;
        if (AccessRules.RefuseUnless(request.HttpContext, admin: body.IsForAdmins) is { } forbidden)
            return forbidden;
        var owner = Caller.Of(request.HttpContext).Name;
        var (guard, cancellation) = (GuardOf(request, body.Force), request.HttpContext.RequestAborted);
        var record = settings.Recorder is null ? await captures.StartAsync(settings, owner, guard, cancellation) : await recorders.StartAsync(settings, owner, guard, cancellation);
        return CreatedAt(request, record);
    }

    private static Created<CaptureRecord> CreatedAt(HttpRequest request, CaptureRecord record) =>
        TypedResults.Created($"{request.PathBase.ToUriComponent()}/api/captures/{record.Id}", record);

    private static async Task<Results<Ok<CaptureRecord>, ProblemHttpResult>> GetAsync(CaptureId id, CaptureService captures) =>
        Answer(await captures.FindAsync(id.Value));

    private static async Task<Results<Ok<CaptureRecord>, ProblemHttpResult>> StopAsync(CaptureId id, CaptureService captures) =>
        Answer(await captures.StopAsync(id.Value));

    private static async Task<Results<Created<CaptureRecord>, ProblemHttpResult>> SaveAsync(CaptureId id, HttpRequest request, CaptureService captures, RecorderService recorders)
    {
        var (body, problem) = await JsonBody.ReadAsync<SaveRequest>(request);
        if (body is null)
            return problem!;
        var errors = body.Problems().ToArray();
        if (errors.Length > 0)
            return Problem.InvalidFields(errors);
        if (await captures.FindAsync(id.Value) is null)
            return NotFound();
        return CreatedAt(request, await recorders.SaveAsync(id.Value, body, Caller.Of(request.HttpContext).Name));
    }

    private static async Task<Results<Ok<CaptureRecord>, ProblemHttpResult>> SetModeAsync(CaptureId id, HttpRequest request, CaptureService captures)
    {
        var (body, problem) = await JsonBody.ReadAsync<ModeRequest>(request);
        if (body is null)
            return problem!;
        if (body.Mode is not { } mode)
            return Problem.InvalidField("mode", "must be given: mirror or drop");
        if (AccessRules.RefuseUnless(request.HttpContext, admin: body.Force == true) is { } forbidden)
            return forbidden;
        if (await captures.FindAsync(id.Value) is null)
            return NotFound();
        return await captures.SetModeAsync(id.Value, mode, GuardOf(request, body.Force)) is { } record
            ? TypedResults.Ok(record)
            : Problem.Of(ProblemCode.CaptureNotRunning, "Start a new capture in the mode you want.");
    }

    /// <returns>What keeps drop mode from cutting off this client; null where the client insists.</returns>
    private static DropGuard? GuardOf(HttpRequest request, bool? force) => force == true ? null : new DropGuard
    {
        // null where the client came by a Unix socket.
        ConnectedTo = request.HttpContext.Connection.LocalIpAddress,
        Connection = "your own connection to MgCap",
        Override = "set force to true",
    };

    private static async Task<Results<Ok<CaptureRecord>, ProblemHttpResult>> PatchAsync(CaptureId id, HttpRequest request, CaptureService captures)
    {
        var (body, problem) = await JsonBody.ReadAsync<CapturePatch>(request);
        if (body is null)
            return problem!;
        var errors = CaptureSettingsCheck.CheckTexts(body.Name ?? "", body.Comment ?? "").ToArray();
        if (errors.Length > 0)
            return Problem.InvalidFields(errors);
        if (await RefuseOthersAsync(id, request.HttpContext, captures) is { } forbidden)
            return forbidden;
        return Answer(await captures.PatchAsync(id.Value, body));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(CaptureId id, HttpContext context, CaptureService captures)
    {
        if (await RefuseOthersAsync(id, context, captures) is { } forbidden)
            return forbidden;
        if (await captures.DeleteAsync(id.Value) is not { } deleted)
            return NotFound();
        return deleted ? TypedResults.NoContent() : Problem.Of(ProblemCode.CaptureRunning, "Stop it first.");
    }

    /// <summary>The answer to an operator who would change somebody else's capture.</summary>
    private static async Task<ProblemHttpResult?> RefuseOthersAsync(CaptureId id, HttpContext context, CaptureService captures) =>
        await captures.FindAsync(id.Value) is { } record && !Caller.Of(context).MayChange(record.Owner) ? AccessRules.Forbidden(context, Role.Admin) : null;

    private static Results<Ok<CaptureRecord>, ProblemHttpResult> Answer(CaptureRecord? record) => record is null ? NotFound() : TypedResults.Ok(record);

    private static ProblemHttpResult NotFound() => Problem.Of(ProblemCode.CaptureNotFound, "GET /api/captures lists them.");
}
