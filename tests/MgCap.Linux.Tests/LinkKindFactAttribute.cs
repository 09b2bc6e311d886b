using MgCap.Testing;

namespace MgCap.Linux.Tests;

/// <summary>A test that needs a kind of interface which not every kernel can make; where it can't, the test is reported as skipped.</summary>
public sealed class LinkKindFactAttribute : FactAttribute
{
    public LinkKindFactAttribute(string kind, params string[] arguments)
    {
        using var network = NetworkNamespace.Create("kind");
        try
        {
            network.Ip(["link", "add", "name", "probe0", .. arguments, "type", kind, .. kind == "vlan" ? (string[])["id", "5"] : []]);
        }
        catch (ToolException exception)
        {
            Skip = $"this kernel makes no {kind}: {exception.Message}";
        }
    }
}
