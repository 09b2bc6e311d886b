using System.Text.Json;
using System.Text.Json.Serialization;

namespace MgCap.Cli.Remote;

/// <summary>Why a console refuses (RFC 9457).</summary>
internal sealed record ConsoleProblem(string? Title, string? Detail);

/// <summary>A token as GET /api/tokens tells of it.</summary>
internal sealed record ConsoleToken(Guid Id, string Name, string Role, string Prefix, string CreatedAt, string CreatedBy, string? ExpiresAt, string? LastUsedAt);

/// <summary>The answer of GET /api/tokens.</summary>
internal sealed record ConsoleTokens(IReadOnlyList<ConsoleToken> Tokens);

/// <summary>The body of POST /api/tokens.</summary>
internal sealed record ConsoleTokenRequest(string Name, string Role, double? Days);

/// <summary>Its answer.</summary>
internal sealed record NewConsoleToken(string Token, ConsoleToken Info);

/// <summary>The answer of POST /api/session/link.</summary>
internal sealed record ConsoleLink(string Code, int Seconds);

/// <summary>What a console is asked and answers, without looking at types at run time. What a newer one adds is not looked at.</summary>
[JsonSerializable(typeof(ConsoleProblem))]
[JsonSerializable(typeof(ConsoleTokens))]
[JsonSerializable(typeof(ConsoleTokenRequest))]
[JsonSerializable(typeof(NewConsoleToken))]
[JsonSerializable(typeof(ConsoleLink))]
internal sealed partial class ConsoleJson : JsonSerializerContext
{
    internal static ConsoleJson Shaped { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web));
}
