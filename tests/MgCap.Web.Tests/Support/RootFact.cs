namespace MgCap.Web.Tests.Support;

/// <summary>A test that makes namespaces, mounts file systems or captures: it is skipped, and says so, where it may not.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    internal const string Reason = "needs root: it makes network namespaces and captures";

    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = Reason;
    }
}

/// <inheritdoc cref="RootFactAttribute"/>
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = RootFactAttribute.Reason;
    }
}
