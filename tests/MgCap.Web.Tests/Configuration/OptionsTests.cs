using MgCap.Testing;

namespace MgCap.Web.Tests.Configuration;

/// <summary>A bad option stops the start with exit code 1 and one line: the option, its value, and what is allowed.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("MgCap:DataDirectory", "relative/folder")]
    [InlineData("MgCap:DataDirectory", "")]
    [InlineData("MgCap:Retention:MaxBytes", "-1")]
    [InlineData("MgCap:Retention:MaxBytes", "many")]
    [InlineData("MgCap:Retention:MaxBytes", "1.5")]
    [InlineData("MgCap:Retention:MaxAgeDays", "-0.5")]
    [InlineData("MgCap:Retention:MaxAgeDays", "NaN")]
    [InlineData("MgCap:Retention:MaxAgeDays", "36501")]
    [InlineData("MgCap:Retention:MaxAgeDays", "a week")]
    [InlineData("MgCap:Retention:MinFreeBytes", "-1")]
    [InlineData("MgCap:Retention:MinFreeBytes", "1 GiB")]
    [InlineData("MgCap:Storage:SyncSeconds", "-1")]
    [InlineData("MgCap:Storage:SyncSeconds", "0.05")]
    [InlineData("MgCap:Storage:SyncSeconds", "3601")]
    [InlineData("MgCap:Storage:SyncSeconds", "often")]
    [InlineData("MgCap:Storage:Compression", "lz4")]
    [InlineData("MgCap:Filters:ResolveNames", "yes")]
    [InlineData("MgCap:Live:SampleIntervalMs", "49")]
    [InlineData("MgCap:Live:SampleIntervalMs", "60001")]
    [InlineData("MgCap:Live:SampleIntervalMs", "99999999999")]
    [InlineData("MgCap:Live:SampleIntervalMs", "often")]
    [InlineData("MgCap:Limits:MaxCaptures", "0")]
    [InlineData("MgCap:Limits:MaxCaptures", "1001")]
    [InlineData("MgCap:Limits:MaxCaptures", "many")]
    [InlineData("MgCap:Limits:MaxConnections", "7")]
    [InlineData("MgCap:Proxies", "proxy.example")]
    [InlineData("MgCap:Proxies", "10.0.0.0/33")]
    [InlineData("MgCap:Bogus", "7")]
    [InlineData("MgCap:Retention:MaxAge", "30")]
    [InlineData("MgCap:Live:SampleInterval", "500")]
    public void BadOption_StopsTheStartWithOneLine(string option, string value)
    {
        var line = RunInVain($"--{option}={value}");

        Assert.StartsWith($"mgcap-console: {option} is {value}; allowed is ", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:99999")]
    public void BadAddress_StopsTheStartWithOneLine(string address)
    {
        var line = RunInVain("--urls", address);

        Assert.Contains("urls", line, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(address, line, StringComparison.Ordinal);
    }

    [Fact]
    public void AddressInUse_StopsTheStartWithOneLine()
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { OnPort = true });

        var line = RunInVain("--urls", console.Address.GetLeftPart(UriPartial.Authority));

        Assert.Contains("urls", line, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(console.Address.Authority, line, StringComparison.Ordinal);
    }

    internal static string RunInVain(params string[] arguments) => RunInVain(new ConsoleOptions { Arguments = arguments });

    internal static string RunInVain(ConsoleOptions options)
    {
        var (exitCode, output) = ConsoleProcess.RunToEnd(options);
        Assert.True(exitCode == 1, $"ended with {exitCode}: {output}");
        return Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
