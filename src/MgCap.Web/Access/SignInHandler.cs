using System.Text.Encodings.Web;
using MgCap.Web.Api;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MgCap.Web.Access;

/// <summary>
/// Says who makes a request, the first of these that says it: a token in the header Authorization, a browser's session, the user at the
/// other end of a connection within this machine. A token that is none lets in nobody, whatever else there is.
/// </summary>
public sealed class SignInHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, UrlEncoder encoder, TokenService tokens, ConnectionUser connection, FailedTries failed, LocalUsers users,
    MgCapOptions options)
    // What its base class would say of each refusal is in the log of requests.
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, NullLoggerFactory.Instance, encoder)
{
    /// <summary>The scheme's name.</summary>
    internal const string Name = "MgCap";

    private const string Bearer = "Bearer";

    private bool _tooMany;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        await FindAsync() is { } caller ? AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(), Scheme.Name)) : AuthenticateResult.NoResult();

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_tooMany)
            return TooManyTries(Context);
        // Who goes away meanwhile is not known any more, and hears of it nothing.
        Context.RequestAborted.ThrowIfCancellationRequested();
        Response.Headers.WWWAuthenticate = Bearer;
        return Problem.Of(
            ProblemCode.Unauthorized,
            BearerToken is not null ? "The token is none of this console's, or it has ended." : $"Without signing in, the console lets in {users.Description}, on this machine. "
                + "Others send a token ('mgcap token add NAME' makes one) as 'Authorization: Bearer TOKEN'; a browser is signed in by the link that 'mgcap open' prints.").ExecuteAsync(Context);
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<RequiredRole>().Select(required => required.Role).DefaultIfEmpty(Role.Admin).Max() ?? Role.Admin;
        return AccessRules.Forbidden(Context, needed).ExecuteAsync(Context);
    }

    /// <summary>Says that an address has tried too often.</summary>
    internal static Task TooManyTries(HttpContext context)
    {
        context.Response.Headers.RetryAfter = $"{(int)FailedTries.Window.TotalSeconds}";
        return Problem.Of(ProblemCode.TooManyTries, $"More than {FailedTries.Most} tries from this address failed in a minute. Try again when the minute is over.").ExecuteAsync(context);
    }

    // Another scheme's header is a proxy's that asks who comes.
    private string? BearerToken => Request.Headers[HeaderNames.Authorization].ToString().Split(' ', 2) is [var scheme, .. var rest] && scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase)
        ? string.Concat(rest).Trim()
        : null;

    private async Task<Caller?> FindAsync()
    {
        if (BearerToken is { } token)
        {
            var caller = await tokens.FindAsync(token);
            _tooMany = caller is null && failed.Add(Context);
            return caller;
        }

        var session = await Context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return (session.Principal is { } principal ? Caller.Of(principal) : null)
            ?? connection.Find(Context)
            ?? (options.Security.AllowInsecure ? Caller.Anyone : null);
    }
}
