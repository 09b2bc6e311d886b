using MgCap.Capture;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Access;

/// <summary>A token as the API tells of it: not the token itself.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people to find it by; captures that are started with it belong to <c>token</c> and this name.</param>
/// <param name="Role">What may be done with it.</param>
/// <param name="Prefix">What it begins with behind mgcap_; no secret.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
/// <param name="LastUsedAt">When it was last used, to within a minute; null while it was not.</param>
public sealed record TokenInfo(
    Guid Id, string Name, Role Role, string Prefix, Timestamp CreatedAt, string CreatedBy, Timestamp? ExpiresAt, Timestamp? LastUsedAt)
{
    /// <summary>Says it of a row.</summary>
    internal static TokenInfo Of(TokenRow row) => new(row.Id, row.Name, row.Role, row.Prefix, row.CreatedAt, row.CreatedBy, row.ExpiresAt, row.LastUsedAt);
}

/// <summary>A token that was just made.</summary>
/// <param name="Token">The token; it is shown this once.</param>
/// <param name="Info">What is known of it.</param>
public sealed record NewToken(string Token, TokenInfo Info);

/// <summary>The tokens.</summary>
/// <param name="Tokens">All of them, oldest first.</param>
public sealed record TokenList(IReadOnlyList<TokenInfo> Tokens);

/// <summary>The body that makes a token.</summary>
/// <param name="Name">For people to find it by.</param>
/// <param name="Role">What may be done with it; viewer without it.</param>
/// <param name="Days">After how many days it ends; never without it.</param>
public sealed record TokenRequest(string? Name = null, Role? Role = null, double? Days = null)
{
    private const double MaxDays = 3650;

    /// <summary>Says what is wrong, by field.</summary>
    internal IEnumerable<(string Field, string Message)> Problems()
    {
        if (string.IsNullOrWhiteSpace(Name))
            yield return ("name", "must be given: who or what the token is for");
        foreach (var problem in Capture.CaptureSettingsCheck.CheckTexts(Name ?? "", ""))
            yield return problem;
        if (Days is not (null or (> 0 and <= MaxDays)))
            yield return ("days", $"must be more than 0 and at most {MaxDays:F0}; without it the token does not end");
    }
}
