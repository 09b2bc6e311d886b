using Xunit;

namespace MgCap.Testing;

/// <summary>A test that makes namespaces, mounts file systems or captures; a process that may not is shown it as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    /// <summary>Skips the test where <see cref="Root.SkipReason"/> has a reason.</summary>
    public RootFactAttribute() => Skip = Root.SkipReason;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where <see cref="Root.SkipReason"/> has a reason.</summary>
    public RootTheoryAttribute() => Skip = Root.SkipReason;
}
