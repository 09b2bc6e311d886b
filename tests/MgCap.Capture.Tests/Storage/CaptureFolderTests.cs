using MgCap.Capture.Storage;

namespace MgCap.Capture.Tests.Storage;

public sealed class CaptureFolderTests : IDisposable
{
    private readonly DirectoryInfo _captures = Directory.CreateTempSubdirectory("mgcap-folder-");

    public void Dispose() => _captures.Delete(recursive: true);

    [Theory]
    [InlineData("eth0", "20261122T120001Z-eth0.pcapng")]
    [InlineData("eth0.100", "20261122T120001Z-eth0.100.pcapng")]
    [InlineData("veth-a1", "20261122T120001Z-veth-a1.pcapng")]
    [InlineData("we\"ird;<é>", "20261122T120001Z-we_ird___.pcapng")]
    public void FileName_SortsByTimeAndNeedsNoQuoting(string interfaceName, string expected)
    {
        var name = CaptureFolder.NewFileName(Timestamp.Parse("2026-11-22T12:00:01.999999999Z"), [interfaceName]);
        Assert.StartsWith(expected[..20], name, StringComparison.Ordinal);
        Assert.Matches("^[0-9A-Za-z._-]+$", name);
        if (interfaceName.All(char.IsAscii) && !interfaceName.Contains('"', StringComparison.Ordinal))
            Assert.Equal(expected, name);
    }

    [Fact]
    public void Folder_IsTheOwnersOnly()
    {
        var folder = new CaptureFolder(_captures.FullName, Guid.NewGuid());
        folder.Create();
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(folder.PathOf(".")), 8));
    }

    [Fact]
    public void All_FindsWhatIsNamedByAnId()
    {
        var id = Guid.NewGuid();
        new CaptureFolder(_captures.FullName, id).Create();
        _captures.CreateSubdirectory("lost+found");
        _captures.CreateSubdirectory(Guid.NewGuid().ToString("N"));
        Assert.Equal(id, Assert.Single(CaptureFolder.All(_captures.FullName)).Id);
    }

    [Fact]
    public void FileNames_AreThePcapngFilesInOrder()
    {
        var folder = new CaptureFolder(_captures.FullName, Guid.NewGuid());
        Assert.Empty(folder.FileNames());
        folder.Create();
        foreach (var name in (string[])["b.pcapng", "a.pcapng", "notes.txt"])
            File.WriteAllText(folder.PathOf(name), "");
        Assert.Equal(["a.pcapng", "b.pcapng"], folder.FileNames());
        folder.Delete();
        folder.Delete();
        Assert.False(Directory.Exists(folder.PathOf(".")));
    }
}
