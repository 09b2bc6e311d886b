using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>Files that somebody else has put among the captures: the console, which may be root, does nothing to them.</summary>
public sealed class ForeignFilesTests
{
    private const string Precious = "not a capture";

    [RootTheory]
    [InlineData("ln -s {decoy} {folder}/20261129T120000Z-eth0.pcapng")]
    [InlineData("ln {decoy} {folder}/20261129T120000Z-eth0.pcapng")]
    [InlineData("touch {folder}/20261129T120000Z-eth0.pcapng; ln -s {decoy} {folder}/20261129T120000Z-eth0.pcapng.index.new")]
    [InlineData("touch {folder}/20261129T120000Z-eth0.pcapng; chown 1001 {folder}/20261129T120000Z-eth0.pcapng")]
    [InlineData("chown 1001 {folder}; cp {decoy} {folder}/20261129T120000Z-eth0.pcapng")]
    [InlineData("mkfifo {folder}/20261129T120000Z-eth0.pcapng")]
    [InlineData("mkdir {folder}/20261129T120000Z-eth0.pcapng; cp {decoy} {folder}/20261129T120000Z-eth0.pcapng/x")]
    [InlineData("rmdir {folder}; mkdir {folder}.other; cp {decoy} {folder}.other/20261129T120000Z-eth0.pcapng; ln -s {folder}.other {folder}")]
    public async Task UnknownCapture_IsLeftAsItIs(string planting)
    {
        using var lab = CaptureLab.Create("foreign");
        using var elsewhere = new TemporaryFolder();
        var decoy = elsewhere.PathOf("decoy");
        await File.WriteAllTextAsync(decoy, Precious);
        lab.Console.Stop();
        var folder = lab.FolderOf(Guid.CreateVersion7());
        Directory.CreateDirectory(folder);
        Tool.Run("sh", "-c", planting.Replace("{decoy}", decoy, StringComparison.Ordinal).Replace("{folder}", folder, StringComparison.Ordinal));
        var before = Tool.Run("find", lab.DataDirectory + "/captures", "-printf", "%p %y %s %i\n");

        lab.StartConsole();

        Assert.Empty((await lab.Api.ListAsync()).Captures);
        Assert.Equal(Precious, await File.ReadAllTextAsync(decoy));
        Assert.Equal(before, Tool.Run("find", lab.DataDirectory + "/captures", "-printf", "%p %y %s %i\n"));
    }

    [RootFact]
    public async Task RunningCaptureWhoseFileBecameALink_Failed()
    {
        using var lab = CaptureLab.Create("swapped");
        using var elsewhere = new TemporaryFolder();
        var decoy = elsewhere.PathOf("decoy");
        await File.WriteAllTextAsync(decoy, Precious);
        var started = await lab.Api.StartAsync();
        lab.Console.Kill();
        var path = Assert.Single(Directory.GetFiles(lab.FolderOf(started.Id), "*.pcapng"));
        File.Delete(path);
        File.CreateSymbolicLink(path, decoy);

        lab.StartConsole();
        var record = await lab.Api.FindAsync(started.Id);

        Assert.Equal(CaptureState.Failed, record.State);
        Assert.Contains(path, record.Error, StringComparison.Ordinal);
        Assert.Equal(Precious, await File.ReadAllTextAsync(decoy));
    }
}
