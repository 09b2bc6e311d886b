using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MgCap.Web.Api;

/// <summary>Answers with RFC 9457 problem details that carry a stable <c>code</c>.</summary>
public static class Problem
{
    /// <summary>The media type of such an answer.</summary>
    public const string MediaType = "application/problem+json";

    private const string CodeMember = "code";
    private const string ErrorsMember = "errors";

    /// <summary>The answer to a failure.</summary>
    /// <param name="code">Which one.</param>
    /// <param name="detail">What to do about it, for people.</param>
    public static ProblemHttpResult Of(ProblemCode code, string? detail = null) => TypedResults.Problem(Details(code, detail));

    /// <summary>The answer to fields that break the rules.</summary>
    /// <param name="errors">What is wrong with each, without its name.</param>
    /// <param name="detail">The same in whole sentences; null to make them of the errors.</param>
    public static ProblemHttpResult InvalidFields(IEnumerable<(string Field, string Message)> errors, string? detail = null)
    {
        var byField = errors.GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray());
        var details = Details(ProblemCode.InvalidRequest, detail ?? string.Join("; ", byField.Select(field => $"{field.Key} {string.Join(", ", field.Value)}")) + ".");
        details.Extensions[ErrorsMember] = byField;
        return TypedResults.Problem(details);
    }

    /// <summary>The answer to one field that breaks the rules.</summary>
    public static ProblemHttpResult InvalidField(string field, string message) => InvalidFields([(field, message)]);

    private static ProblemDetails Details(ProblemCode code, string? detail) => new()
    {
        Status = code.Status,
        Title = code.Title,
        Detail = detail,
        Extensions = { [CodeMember] = code.Code },
    };
}
