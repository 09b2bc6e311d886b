namespace MgCap.Cli.Tests.Support;

/// <summary>A test that makes namespaces and captures; without root it is skipped, and says so.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Root.SkipReason;
}

/// <inheritdoc cref="RootFactAttribute"/>
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() => Skip = Root.SkipReason;
}

internal static class Root
{
    internal static string? SkipReason { get; } = Environment.IsPrivilegedProcess ? null : "needs root: makes network namespaces and captures";
}
