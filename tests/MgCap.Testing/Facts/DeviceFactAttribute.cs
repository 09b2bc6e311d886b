using Xunit;
using Xunit.Sdk;

namespace MgCap.Testing;

/// <summary>
/// A test with a kind of interface that a kernel may be built without; there it is skipped, and so without root. The kernel is asked when
/// the test runs: nothing is made while tests are discovered.
/// </summary>
/// <param name="kind">The kind, as ip-link(8) knows it.</param>
/// <param name="arguments">What such an interface can't be made without; "link" and its argument stand before the name.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("MgCap.Testing." + nameof(DeviceFactDiscoverer), "MgCap.Testing")]
public sealed class DeviceFactAttribute(string kind, params string[] arguments) : FactAttribute
{
    /// <summary>The kind of interface.</summary>
    public string Kind { get; } = kind;

    /// <summary>Why this kernel or process can't make such an interface; null where it can, or where the test itself will show why not.</summary>
    internal string? Problem()
    {
        if (Root.SkipReason is { } reason)
            return reason;
        using var probe = NetworkNamespace.Create("probe");
        try
        {
            var link = arguments is ["link", ..] ? arguments[..2] : [];
            probe.Ip(["link", "add", .. link, "name", "probe0", "type", Kind, .. arguments[link.Length..]]);
            return null;
        }
        catch (ToolException exception) when (exception.Message.Contains("Unknown device type", StringComparison.Ordinal))
        {
            return $"this kernel makes no {Kind} interfaces";
        }
        catch (ToolException)
        {
            return null;
        }
    }
}
