using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>A lab for all tests of a class. Where tests may not make one, they are skipped, and there is none.</summary>
public sealed class SharedLab : IDisposable
{
    private readonly CaptureLab? _lab = Environment.IsPrivilegedProcess ? CaptureLab.Create("shared") : null;

    internal CaptureLab Lab => _lab ?? throw new InvalidOperationException(Root.SkipReason);

    public void Dispose() => _lab?.Dispose();
}
