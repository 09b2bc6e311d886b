using MgCap.Capture;
using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>A console with several captures of which only the files were there.</summary>
internal sealed class StoredCaptures : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Writes the files and starts the console.</summary>
    public StoredCaptures(params IEnumerable<(Timestamp Time, byte[] Frame)>[] captures)
    {
        for (var i = 0; i < captures.Length; i++)
        {
            var id = Guid.Parse($"01990000-0000-7000-8000-{i + 1:x12}");
            var path = _folder.PathOf($"data/captures/{id}/20261122T120000Z-eth0.pcapng");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            StoredCapture.Write(path, captures[i]);
            Captures.Add((id, path));
        }

        Console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = _folder.PathOf("data") });
        Api = new ConsoleApi(Console);
    }

    public List<(Guid Id, string Path)> Captures { get; } = [];

    public ConsoleProcess Console { get; }

    public ConsoleApi Api { get; }

    public void Dispose()
    {
        Api.Dispose();
        Console.Dispose();
        _folder.Dispose();
    }
}
