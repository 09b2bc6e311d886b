using MgCap.Capture;

namespace MgCap.Web.Catalogue;

/// <summary>A token as the catalogue keeps it: a hash of it.</summary>
public sealed class TokenRow
{
    /// <summary>Its id; ids of later tokens sort later.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people to find it by; no two have the same.</summary>
    public required string Name { get; init; }

    /// <summary>What may be done with it.</summary>
    public required Role Role { get; init; }

    /// <summary>What it begins with behind mgcap_, to find it by; no secret.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the whole token.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required Timestamp CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it ends; null for never.</summary>
    public required Timestamp? ExpiresAt { get; init; }

    /// <summary>When it was last used, to within a minute; null while it was not.</summary>
    public Timestamp? LastUsedAt { get; set; }
}
