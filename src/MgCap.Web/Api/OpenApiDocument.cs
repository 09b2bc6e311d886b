using System.Text.Json.Nodes;
using MgCap.Capture;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MgCap.Web.Api;

/// <summary>The OpenAPI document and its page, /swagger.</summary>
public static class OpenApiDocument
{
    private const string Version = "v1";

    private static readonly string _description = $"""
        Captures network traffic into PCAP-NG files.

        Failures are `application/problem+json` (RFC 9457) with a stable `code`; a request that breaks the rules is
        `invalid_request` with `errors` by field: also one with query parameters that its route does not have, or has them twice. Times are UTC, RFC 3339 with up to nine fraction digits.
        A path that is not here is `{ProblemCode.NotFound.Code}` ({ProblemCode.NotFound.Status}), a method that it does not take
        `{ProblemCode.MethodNotAllowed.Code}` ({ProblemCode.MethodNotAllowed.Status}).
        Longer than {Configuration.ServerLimits.MaxTargetBytes} bytes, a path with its query is `{ProblemCode.TargetTooLong.Code}` ({ProblemCode.TargetTooLong.Status}); headers of more than
        {Configuration.ServerLimits.MaxHeaderBytes} bytes are `{ProblemCode.HeadersTooLarge.Code}` ({ProblemCode.HeadersTooLarge.Status}).
        Who is not known is `{ProblemCode.Unauthorized.Code}` ({ProblemCode.Unauthorized.Status}): programs send a token as `Authorization: Bearer TOKEN`; users of the
        machine itself are known by their connection. Who is known and may not is `{ProblemCode.Forbidden.Code}` ({ProblemCode.Forbidden.Status}).
        Live figures come by SignalR from `/hubs/live`.
        """;

    /// <summary>Adds what makes the document.</summary>
    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Version, new OpenApiInfo { Title = "MgCap", Version = About.Version, Description = _description });
            options.MapType<Timestamp>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Examples = ["2026-11-22T17:05:24.123456789Z"] });
            options.SupportNonNullableReferenceTypes();
            options.OperationFilter<RouteDocumentation>();
            options.AddSecurityDefinition("token", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token, made by 'mgcap token add NAME' or POST /api/tokens. Users of the console's machine who are let in without one need none.",
            });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", document)] = [] });
            foreach (var file in (string[])["MgCap.Web.xml", "MgCap.Capture.xml"])
                options.IncludeXmlComments(Path.Combine(AppContext.BaseDirectory, file));
        });
    }

    /// <summary>Serves the document and its page.</summary>
    public static void UseOpenApiDocument(this WebApplication app)
    {
        // Below the path that clients see it at, behind a reverse proxy.
        app.UseSwagger(document => document.PreSerializeFilters.Add((swagger, request) => swagger.Servers = [new OpenApiServer { Url = request.PathBase.HasValue ? request.PathBase.ToUriComponent() : "/" }]));
        app.UseSwaggerUI(page =>
        {
            page.SwaggerEndpoint($"{Version}/swagger.json", "MgCap");
            page.DocumentTitle = "MgCap API";
        });
    }

    /// <summary>Adds to each route its failures, each with an example, and an example of its body.</summary>
    private sealed class RouteDocumentation : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            var responses = operation.Responses ??= [];
            IEnumerable<ProblemCode> problems = [.. metadata.OfType<DocumentedProblems>().SelectMany(documented => documented.Problems), ProblemCode.InvalidRequest, ProblemCode.Internal];
            if (!metadata.OfType<IAllowAnonymous>().Any())
                problems = [.. problems, ProblemCode.Unauthorized, ProblemCode.Forbidden];
            problems = problems.Distinct();
            if (context.ApiDescription.HttpMethod is not ("GET" or "HEAD"))
                problems = problems.Append(ProblemCode.CrossOrigin);
            foreach (var status in problems.GroupBy(problem => problem.Status))
                responses[status.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Response(status);
            if (metadata.OfType<DocumentedExample>().FirstOrDefault() is { } example && operation.RequestBody?.Content?["application/json"] is OpenApiMediaType body)
                body.Example = JsonNode.Parse(example.Json);
        }

        private static OpenApiResponse Response(IEnumerable<ProblemCode> problems) => new()
        {
            Description = string.Join(" or ", problems.Select(problem => $"`{problem.Code}`: {problem.Title}")),
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [Problem.MediaType] = new OpenApiMediaType
                {
                    Examples = problems.ToDictionary(problem => problem.Code, problem => (IOpenApiExample)new OpenApiExample { Value = Example(problem) }),
                },
            },
        };

        private static JsonObject Example(ProblemCode problem)
        {
            var example = new JsonObject
            {
                ["title"] = problem.Title,
                ["status"] = problem.Status,
                ["detail"] = problem.ExampleDetail,
                ["code"] = problem.Code,
            };
            if (problem == ProblemCode.InvalidRequest)
                example["errors"] = new JsonObject { ["snaplen"] = new JsonArray("must be from 14 to 262144 bytes") };
            return example;
        }
    }
}
