using MgCap.Testing;

namespace MgCap.Capture.Tests.Support;

/// <summary>A test with a kind of interface that a kernel may be built without; there it is skipped, and says so.</summary>
public sealed class DeviceFactAttribute : FactAttribute
{
    /// <param name="kind">The kind, as ip-link(8) knows it.</param>
    /// <param name="arguments">What such an interface can't be made without; "link" and its argument stand before the name.</param>
    public DeviceFactAttribute(string kind, params string[] arguments)
    {
        Kind = kind;
        Skip = Root.SkipReason ?? Problem(kind, arguments);
    }

    /// <summary>The kind of interface.</summary>
    public string Kind { get; }

    private static string? Problem(string kind, string[] arguments)
    {
        using var probe = NetworkNamespace.Create("probe");
        try
        {
            string[] link = arguments is ["link", ..] ? arguments[..2] : [];
            probe.Ip(["link", "add", .. link, "name", "probe0", "type", kind, .. arguments[link.Length..]]);
            return null;
        }
        catch (ToolException exception) when (exception.Message.Contains("Unknown device type", StringComparison.Ordinal))
        {
            return $"this kernel makes no {kind} interfaces";
        }
        catch (ToolException)
        {
            return null; // The test will say why.
        }
    }
}
