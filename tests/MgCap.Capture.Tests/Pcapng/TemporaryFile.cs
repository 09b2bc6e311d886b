namespace MgCap.Capture.Tests.Pcapng;

/// <summary>A file for a judge to read, gone afterwards.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mgcap-pcapng-");

    public TemporaryFile(ReadOnlySpan<byte> content)
    {
        Path = System.IO.Path.Combine(_directory.FullName, "capture.pcapng");
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    public void Dispose() => _directory.Delete(recursive: true);
}
