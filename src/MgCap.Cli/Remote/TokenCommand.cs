using System.CommandLine;
using System.Text.Json;
using MgCap.Capture;

namespace MgCap.Cli.Remote;

/// <summary><c>mgcap token</c>: makes, lists and revokes tokens of a console.</summary>
internal static class TokenCommand
{
    private const string Viewer = "viewer", Operator = "operator", Admin = "admin";

    private static readonly Argument<string> _name = new("NAME") { Description = "Who or what the token is for." };

    private static readonly Option<string> _role = new("--role")
    {
        HelpName = $"{Viewer}|{Operator}|{Admin}",
        Description = $"{Viewer} sees and downloads; {Operator} also starts and stops captures, and deletes its own; {Admin} may do everything.",
        DefaultValueFactory = _ => Viewer,
    };

    private static readonly Option<double?> _days = new("--days") { HelpName = "N", Description = "After how many days it ends; without it, never." };

    private static readonly Option<bool> _json = new("--json") { Description = "Write JSON, as GET /api/tokens answers." };

    internal static Command Create()
    {
        _role.AcceptOnlyFromAmong(Viewer, Operator, Admin);
        var add = new Command("add", "Make a token and print it; it is shown this once.") { _name, _role, _days, ConsoleOptions.Server };
        add.SetAction(async (parsed, _) => await AddAsync(parsed));
        var list = new Command("list", "List the tokens: what is known of them, not what is secret.") { _json, ConsoleOptions.Server };
        list.SetAction(async (parsed, _) => await ListAsync(parsed));
        var revoke = new Command("revoke", "End a token, and what is going on with it.") { _name, ConsoleOptions.Server };
        revoke.SetAction(async (parsed, _) => await RevokeAsync(parsed));
        return new Command("token", "Make, list and revoke tokens, which let programs and browsers into the console.") { add, list, revoke };
    }

    private static async Task<int> AddAsync(ParseResult parsed)
    {
        using var console = ConsoleOptions.Open(parsed);
        var request = JsonSerializer.Serialize(new ConsoleTokenRequest(parsed.GetValue(_name)!, parsed.GetValue(_role)!, parsed.GetValue(_days)), ConsoleJson.Shaped.ConsoleTokenRequest);
        var made = await console.AskAsync(HttpMethod.Post, "api/tokens", request, ConsoleJson.Shaped.NewConsoleToken);
        Console.Out.WriteLine(VisibleText.Of(made.Token));
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(ParseResult parsed)
    {
        using var console = ConsoleOptions.Open(parsed);
        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(await console.SendAsync(HttpMethod.Get, "api/tokens"));
            return ExitCode.Done;
        }

        foreach (var token in await TokensAsync(console))
        {
            Console.Out.WriteLine(
                $"{VisibleText.Of(token.Name)}: {token.Role}, mgcap_{token.Prefix}_…, made by {VisibleText.Of(token.CreatedBy)} at {token.CreatedAt}, "
                + $"{(token.ExpiresAt is null ? "does not end" : $"ends at {token.ExpiresAt}")}, {(token.LastUsedAt is null ? "not used yet" : $"last used at {token.LastUsedAt}")}");
        }

        return ExitCode.Done;
    }

    private static async Task<int> RevokeAsync(ParseResult parsed)
    {
        using var console = ConsoleOptions.Open(parsed);
        var name = parsed.GetValue(_name)!;
        var token = (await TokensAsync(console)).FirstOrDefault(token => token.Name == name) ?? throw new IOException($"there is no token '{name}'; 'mgcap token list' lists them");
        await console.SendAsync(HttpMethod.Delete, $"api/tokens/{token.Id}");
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<ConsoleToken>> TokensAsync(ConsoleClient console) =>
        (await console.AskAsync(HttpMethod.Get, "api/tokens", null, ConsoleJson.Shaped.ConsoleTokens)).Tokens;
}
