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

        var path = folder.PathOf("mgcap.db");
        Assert.StartsWith($"mgcap-console: The catalogue {path} can't be used (", line, StringComparison.Ordinal);
        Assert.Contains("not a database", line, StringComparison.Ordinal);
        Assert.Contains($"mv {path} {path}.broken", line, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("chown 1001 {data}", "belongs to the user 1001")]
    [InlineData("chmod 1777 {data}", "others can enter it")]
    [InlineData("chmod 755 {data}; touch {data}/letter", "others can enter it")]
    [InlineData("ln -s {decoy} {data}/lock", "{data}/lock is a link")]
    [InlineData("ln {decoy} {data}/lock", "{data}/lock is a link")]
    [InlineData("ln -s {decoy} {data}/mgcap.db", "{data}/mgcap.db is a link")]
    [InlineData("ln -s /nonexistent/x {data}/mgcap.db", "{data}/mgcap.db is a link")]
    [InlineData("ln -s {decoy}.folder {data}/captures", "{data}/captures is a link")]
    [InlineData("ln -s {decoy}.folder {data}/logs", "{data}/logs is a link")]
    [InlineData("mkdir {data}/logs; ln -s {decoy} {data}/logs/mgcap-20261129.json", "{data}/logs/mgcap-20261129.json is a link")]
    [InlineData("ln -s {decoy}.folder {data}/keys", "{data}/keys is a link")]
    [InlineData("mkdir {data}/keys; echo > {data}/keys/key-1.xml; chown 1001 {data}/keys/key-1.xml", "{data}/keys/key-1.xml belongs to the user 1001")]
    [InlineData("mkdir {data}/captures; chown 1001 {data}/captures", "{data}/captures belongs to the user 1001")]
    public void DirectoryThatOthersHavePrepared_StopsTheStart(string preparing, string problem)
    {
        using var folder = new TemporaryFolder();
        var (data, decoy) = (folder.PathOf("data"), folder.PathOf("decoy"));
        Directory.CreateDirectory(decoy + ".folder");
        File.WriteAllText(decoy, "precious");
        Directory.CreateDirectory(data, OwnerOnly);
        Tool.Run("sh", "-c", preparing.Replace("{decoy}", decoy, StringComparison.Ordinal).Replace("{data}", data, StringComparison.Ordinal));

        var line = OptionsTests.RunInVain(new ConsoleOptions { DataDirectory = data });

        Assert.StartsWith($"mgcap-console: MgCap:DataDirectory is {data}; allowed is ", line, StringComparison.Ordinal);
        Assert.Contains(problem.Replace("{data}", data, StringComparison.Ordinal), line, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(decoy));
        Assert.Empty(Directory.GetFileSystemEntries(decoy + ".folder"));
    }

    [RootTheory]
    [InlineData("")]
    [InlineData("mkdir {data}/lost+found")]
    [InlineData("mkdir {data}/captures {data}/extra")]
    public void OwnDirectoryThatIsOpen_IsClosed(string preparing)
    {
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");
        Directory.CreateDirectory(data);
        Tool.Run("sh", "-c", $"chmod 755 {data}; {preparing.Replace("{data}", data, StringComparison.Ordinal)}");

        using var console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data });

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(data));
        Wait.Until(() => console.Output.Contains($"The data directory {data} was open to others", StringComparison.Ordinal), "the log to have it");
    }

    private static void RequireRefusal(string data)
    {
        var line = OptionsTests.RunInVain(new ConsoleOptions { DataDirectory = data });

        Assert.StartsWith($"mgcap-console: MgCap:DataDirectory is {data}; allowed is ", line, StringComparison.Ordinal);
    }
}
