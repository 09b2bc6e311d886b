using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Configuration;

public sealed class DataFolderTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public void MissingDirectory_IsMadeForItsOwnerOnly()
    {
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("some/where/new");

        using var console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data });

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(data));
        Assert.True(Directory.Exists(Path.Combine(data, "captures")));
    }

    [Fact]
    public void FileInItsPlace_StopsTheStart()
    {
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("file");
        File.WriteAllText(data, "");

        RequireRefusal(data);
    }

    [RootTheory]
    [InlineData("")]
    [InlineData("/below")]
    public void ReadOnlyFileSystem_StopsTheStart(string below)
    {
        using var disk = new Tmpfs(1, "ro");

        RequireRefusal(disk.FullName + below);
    }

    [Fact]
    public void SecondConsole_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");
        using var first = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data });

        RequireRefusal(data);
    }

    [Fact]
    public void DirectoryOfAnEndedConsole_CanBeUsedAgain()
    {
        using var folder = new TemporaryFolder();
        var options = new ConsoleOptions { DataDirectory = folder.PathOf("data") };
        using (var first = ConsoleProcess.Start(options))
            first.Kill();

        using var second = ConsoleProcess.Start(options);

        Assert.Contains("started", second.Output, StringComparison.OrdinalIgnoreCase);
    }

    [RootFact]
    public void FullFileSystem_StopsTheStartWithOneLine()
    {
        using var disk = new Tmpfs(1);
        File.WriteAllBytes(Path.Combine(disk.FullName, "filler"), new byte[disk.FreeBytes]);

        var line = OptionsTests.RunInVain(new ConsoleOptions { DataDirectory = disk.FullName });

        Assert.StartsWith("mgcap-console: ", line, StringComparison.Ordinal);
        Assert.Contains("full", line, StringComparison.Ordinal);
    }

    [Fact]
    public void CatalogueThatIsNone_StopsTheStartWithOneLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("mgcap.db"), new string('x', 8192));

        var line = OptionsTests.RunInVain(new ConsoleOptions { DataDirectory = folder.FullName });

        Assert.Contains("not a database", line, StringComparison.Ordinal);
    }

    private static void RequireRefusal(string data)
    {
        var line = OptionsTests.RunInVain(new ConsoleOptions { DataDirectory = data });

        Assert.StartsWith($"mgcap-console: MgCap:DataDirectory is {data}; allowed is ", line, StringComparison.Ordinal);
    }
}
