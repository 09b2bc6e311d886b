using MgCap.Capture.Interfaces;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Interfaces;

public sealed class InterfaceNameTests
{
    /// <summary>Names are tried at the kernel: a name that it refuses is refused here, and each that it takes is found here.</summary>
    [RootFact]
    public void Name_IsValidWhereTheKernelTakesIt()
    {
        // A percent sign asks the kernel to choose a number.
        var names = Enumerable.Range(1, 0xff).Where(c => c != '%').Select(c => $"q{(char)c}z")
            .Concat(["zw\u3000x", "e\u2028f", "日本語", "a\u00a0b", "\u202ertl", "\u0001", "-x", "...", ".x", "ℵ😀", new string('a', 15), "ééééééé", "éééééééé", ".", ".."]).ToList();
        using var network = NetworkNamespace.Create("names");
        network.Ip("link", "add", "name", "first", "type", "veth", "peer", "name", "other");
        var current = "first";
        var (taken, refused) = (0, 0);
        foreach (var name in names)
        {
            var takes = TryRename(network, current, name);
            current = takes ? name : current;
            Assert.True(takes == CaptureInterfaces.IsValidName(name), $"{Escaped(name)}: the kernel {(takes ? "takes" : "refuses")} it");
            if (takes)
                Assert.Equal(name, network.Run(() => CaptureInterfaces.Find(name))?.Name);
            _ = takes ? taken++ : refused++;
        }

        Assert.InRange(taken, 200, names.Count);
        Assert.InRange(refused, 10, names.Count);
    }

    /// <summary>ip(8) takes names as bytes, which arguments here are not: a shell's printf makes them.</summary>
    [RootFact]
    public void Name_ThatIsNotUtf8_IsFoundAsItIsListed()
    {
        using var network = NetworkNamespace.Create("names");
        Tool.Run("sh", "-c", $"ip -n {network.Name} link add name \"$(printf '\\377\\376\\375\\374\\373\\372\\371\\370\\367\\366\\365\\364\\363\\362\\361')\" type veth peer name other");

        var listed = network.Run(() => CaptureInterfaces.List()).Single(each => each.Name.Contains('\ufffd', StringComparison.Ordinal));

        Assert.True(CaptureInterfaces.IsValidName(listed.Name));
        Assert.Equal(listed.Index, network.Run(() => CaptureInterfaces.Find(listed.Name))?.Index);
    }

    /// <summary>The name of an interface goes before the alternative name of another.</summary>
    [RootFact]
    public void AltName_FindsTheInterface()
    {
        var longest = string.Concat(Enumerable.Repeat("uplink-", 20))[..127];
        using var network = NetworkNamespace.Create("altnames");
        network.Ip("link", "add", "name", "first", "type", "veth", "peer", "name", "other");
        foreach (var name in (string[])["uplink1", longest, "up:1", "ééé"])
            network.Ip("link", "property", "add", "dev", "first", "altname", name);
        network.Ip("link", "property", "add", "dev", "other", "altname", "later");

        foreach (var name in (string[])["first", "uplink1", longest, "up:1", "ééé"])
            Assert.Equal((name, "first"), (name, network.Run(() => CaptureInterfaces.Find(name))?.Name));
        Assert.Equal(["uplink1", longest, "up:1", "ééé"], network.Run(() => CaptureInterfaces.Find("first"))!.AltNames);
        Assert.Null(network.Run(() => CaptureInterfaces.Find("uplink2")));
        Assert.Null(CaptureInterfaces.NameProblem(longest));
        foreach (var name in (string[])["", ".", "..", "a/b", "a b", new string('a', 128)])
            Assert.NotNull(CaptureInterfaces.NameProblem(name));
    }

    private static bool TryRename(NetworkNamespace network, string from, string to)
    {
        try
        {
            network.Ip("link", "set", "dev", from, "name", to);
            return true;
        }
        catch (ToolException)
        {
            return false;
        }
    }

    private static string Escaped(string name) => string.Concat(name.Select(c => c is > ' ' and < '\u007f' ? $"{c}" : $"\\u{(int)c:x4}"));
}
