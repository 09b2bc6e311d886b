using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace MgCap.Web.Access;

/// <summary>Sets up who is let in.</summary>
public static class AccessServices
{
    private const string SessionCookie = "mgcap-session";

    private static readonly TimeSpan _session = TimeSpan.FromHours(12);

    /// <summary>Adds signing in, and the roles.</summary>
    /// <param name="services">The console's.</param>
    /// <param name="data">Where the key is kept that sessions are sealed with.</param>
    public static void AddAccess(this IServiceCollection services, DataFolder data)
    {
        ArgumentNullException.ThrowIfNull(data);
        services.AddSingleton<LocalUsers>();
        services.AddSingleton<ConnectionUser>();
        services.AddSingleton<TokenService>();
        services.AddSingleton<FailedTries>();
        services.AddSingleton<SignInLinks>();
        services.AddDataProtection().SetApplicationName("MgCap").PersistKeysToFileSystem(new DirectoryInfo(data.Keys));
        services.AddAuthentication(SignInHandler.Name)
            .AddScheme<AuthenticationSchemeOptions, SignInHandler>(SignInHandler.Name, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = SessionCookie;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = _session;
                cookie.SlidingExpiration = false;
                cookie.Events.OnValidatePrincipal = RequireSameRightsAsync;
            });
        services.AddAuthorization(options =>
        {
            foreach (var role in Enum.GetValues<Role>())
                options.AddPolicy($"{role}", policy => policy.RequireAssertion(asked => Caller.Of(asked.User) is { } caller && caller.Role >= role));
            // What says nothing of it, as the API's document and paths that are none.
            options.FallbackPolicy = options.GetPolicy($"{Role.Viewer}");
        });
    }

    /// <summary>Lets in only who may, to everything behind it. Where a token ends, what is going on with it ends.</summary>
    public static void UseAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(async (context, next) =>
        {
            var token = Caller.Of(context.User)?.Token;
            await using var ending = token is { } id ? context.RequestServices.GetRequiredService<TokenService>().EndOf(id).Register(context.Abort) : default;
            await next(context);
        });
    }

    /// <summary>A session ends with the token that it was begun with, and with the rights of the user that it was begun as.</summary>
    private static async Task RequireSameRightsAsync(CookieValidatePrincipalContext session)
    {
        var services = session.HttpContext.RequestServices;
        var now = session.Principal is not { } principal || Caller.Of(principal) is not { } caller ? null
            : caller.Token is { } token ? await services.GetRequiredService<TokenService>().FindAsync(token)
            : caller.User is { } user && services.GetRequiredService<LocalUsers>().Find(user) is { } known && known.Role >= caller.Role ? caller
            : null;
        if (now is null)
            session.RejectPrincipal();
    }
}
