namespace MgCap.Web.Catalogue;

/// <summary>What somebody may do; each may do what those before it may.</summary>
public enum Role
{
    /// <summary>See captures and packets, and download them.</summary>
    Viewer,
    /// <summary>Start and stop captures, switch their mode, and delete those of their own.</summary>
    Operator,
    /// <summary>Everything: also what cuts off an interface or switches a device, tokens, and others' captures.</summary>
    Admin,
}
