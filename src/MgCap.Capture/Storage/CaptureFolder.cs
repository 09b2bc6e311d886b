using System.Globalization;
using System.Text;

namespace MgCap.Capture.Storage;

/// <summary>A capture's directory, named by the capture's id, with its file in it.</summary>
public sealed class CaptureFolder
{
    private const string FileExtension = ".pcapng";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path;

    /// <param name="captures">The directory of all captures.</param>
    /// <param name="id">The capture's id.</param>
    public CaptureFolder(string captures, Guid id)
    {
        Id = id;
        _path = Path.Combine(captures, id.ToString());
    }

    /// <summary>The capture's id.</summary>
    public Guid Id { get; }

    /// <summary>Every capture's directory below <paramref name="captures"/>; what is not named by an id is none.</summary>
    public static IEnumerable<CaptureFolder> All(string captures) => Directory.EnumerateDirectories(captures)
        .Select(path => Guid.TryParseExact(Path.GetFileName(path), "D", out var id) ? new CaptureFolder(captures, id) : null)
        .OfType<CaptureFolder>();

    /// <summary>Makes the directory, readable for its owner only.</summary>
    public void Create() => Directory.CreateDirectory(_path, OwnerOnly);

    /// <summary>Removes the directory and what is in it.</summary>
    public void Delete()
    {
        if (Directory.Exists(_path))
            Directory.Delete(_path, recursive: true);
    }

    /// <summary>The path of one of the capture's files.</summary>
    public string PathOf(string fileName) => Path.Combine(_path, fileName);

    /// <summary>The names of the capture's files, in order of time.</summary>
    public IReadOnlyList<string> FileNames() => Directory.Exists(_path)
        ? [.. Directory.EnumerateFiles(_path, "*" + FileExtension).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The name of a new file: it sorts by time, and says where it comes from.</summary>
    public static string NewFileName(Timestamp startedAt, string interfaceName)
    {
        var time = startedAt.ToDateTimeOffset().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var readable = new StringBuilder();
        foreach (var c in interfaceName)
            readable.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_');
        return $"{time}-{readable}{FileExtension}";
    }
}
