using Xunit;

namespace MgCap.Testing;

/// <summary>A test that needs a file system with direct I/O for temporary files.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DirectIoFactAttribute : FactAttribute
{
    /// <summary>Skips the test where there is none.</summary>
    public DirectIoFactAttribute() => Skip = DirectIo.SkipReason;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DirectIoTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where there is none.</summary>
    public DirectIoTheoryAttribute() => Skip = DirectIo.SkipReason;
}

/// <summary>The same for root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootDirectIoFactAttribute : FactAttribute
{
    /// <summary>Skips the test where there is none, or for another user.</summary>
    public RootDirectIoFactAttribute() => Skip = Root.SkipReason ?? DirectIo.SkipReason;
}

/// <summary>The same for root, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootDirectIoTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where there is none, or for another user.</summary>
    public RootDirectIoTheoryAttribute() => Skip = Root.SkipReason ?? DirectIo.SkipReason;
}

/// <summary>Whether temporary files are on a file system with direct I/O.</summary>
internal static class DirectIo
{
    // The first that tells programs what it asks of them.
    private static readonly Version _kernel = new(6, 1);

    internal static string? SkipReason { get; } = Find();

    private static string? Find()
    {
        if (Environment.OSVersion.Version < _kernel)
            return $"the kernel {Environment.OSVersion.Version} does not tell of direct I/O; {_kernel} does";
        var system = new DriveInfo(Path.GetTempPath()).DriveFormat;
        return system is "ext4" or "xfs" ? null : $"{Path.GetTempPath()} is on {system}; these tests know direct I/O of ext4 and xfs";
    }
}
