using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>A small file system in memory, mounted for one test. Needs root.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Tmpfs(int mebibytes, string options = "rw")
    {
        try
        {
            Tool.Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=0700,{options}", "mgcap-test", _folder.FullName);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public string FullName => _folder.FullName;

    public long FreeBytes => new DriveInfo(FullName).AvailableFreeSpace;

    public void Dispose()
    {
        Tool.Run("umount", "--lazy", _folder.FullName);
        _folder.Dispose();
    }
}
