using System.Globalization;
using System.Security.Claims;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Access;

/// <summary>How somebody is known.</summary>
public enum SignInWay
{
    /// <summary>By the user at the other end of a connection within this machine.</summary>
    Connection,
    /// <summary>By a token that came with the request.</summary>
    Token,
    /// <summary>By a cookie, for which a browser has given a token or a link's code.</summary>
    Session,
    /// <summary>Not at all: the console lets in everyone (MgCap:Security:AllowInsecure).</summary>
    Nothing,
}

/// <summary>Who asks.</summary>
/// <param name="Name">The user's name, or <c>token</c> and the token's.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Via">How they are known.</param>
/// <param name="Token">The token they are known by; null where it is none.</param>
/// <param name="User">The user of this machine that they are; null where it is none.</param>
public sealed record Caller(string Name, Role Role, SignInWay Via, Guid? Token = null, uint? User = null)
{
    private const string TokenClaim = "mgcap:token", UserClaim = "mgcap:user";

    /// <summary>Everybody, where the console lets in everyone.</summary>
    public static Caller Anyone { get; } = new("anyone", Role.Admin, SignInWay.Nothing);

    /// <summary>The one who made a request that was let in.</summary>
    /// <exception cref="InvalidOperationException">Nobody was asked who they are: the route lets in everyone.</exception>
    public static Caller Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Of(context.User) ?? throw new InvalidOperationException($"nobody is signed in at {context.Request.Path}");
    }

    /// <summary>The same of what the framework knows; null where nobody is signed in.</summary>
    public static Caller? Of(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return principal.Identity is { IsAuthenticated: true, Name: { } name, AuthenticationType: { } type }
            && Enum.TryParse<Role>(principal.FindFirstValue(ClaimTypes.Role), out var role)
            && Enum.TryParse<SignInWay>(type, out var via)
            ? new Caller(
                name, role, via,
                Guid.TryParse(principal.FindFirstValue(TokenClaim), out var token) ? token : null,
                uint.TryParse(principal.FindFirstValue(UserClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var user) ? user : null)
            : null;
    }

    /// <summary>Whether they may change what is somebody's: of their own, or anything.</summary>
    public bool MayChange(string owner) => Role == Role.Admin || (Role == Role.Operator && owner == Name);

    /// <summary>The same for the framework.</summary>
    public ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity($"{Via}");
        identity.AddClaim(new Claim(identity.NameClaimType, Name));
        identity.AddClaim(new Claim(identity.RoleClaimType, $"{Role}"));
        if (Token is { } token)
            identity.AddClaim(new Claim(TokenClaim, $"{token}"));
        if (User is { } user)
            identity.AddClaim(new Claim(UserClaim, user.ToString(CultureInfo.InvariantCulture)));
        return new ClaimsPrincipal(identity);
    }
}
