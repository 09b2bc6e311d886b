namespace MgCap.Web.Tests.Support;

/// <summary>A directory that goes with its owner.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mgcap-web-tests-");

    public string FullName => _directory.FullName;

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
