using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MgCap.Linux;

namespace MgCap.Capture.Storage;

/// <summary>A capture's directory, named by the capture's id, with its files in it.</summary>
public sealed partial class CaptureFolder
{
    private const int MaxDeleteTries = 10;
    private const string FileExtension = ".pcapng";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // What File says of the time of a file that there is not.
    private static readonly DateTime _noFile = DateTime.FromFileTimeUtc(0);

    private readonly string _path;

    /// <param name="captures">The directory of all captures.</param>
    /// <param name="id">The capture's id.</param>
    public CaptureFolder(string captures, Guid id)
    {
        Id = id;
        Captures = captures;
        _path = Path.Combine(captures, id.ToString());
    }

    /// <summary>The capture's id.</summary>
    public Guid Id { get; }

    /// <summary>The directory of all captures.</summary>
    public string Captures { get; }

    /// <summary>Every capture's directory below <paramref name="captures"/>; what is not named by an id, and a link, is none.</summary>
    public static IEnumerable<CaptureFolder> All(string captures) => Directory.EnumerateDirectories(captures)
        .Select(path => Guid.TryParseExact(Path.GetFileName(path), "D", out var id) ? new CaptureFolder(captures, id) : null)
        .OfType<CaptureFolder>()
        .Where(folder => FileStatus.Of(folder._path) is { IsDirectory: true });

    /// <summary>Makes the directory, readable for its owner only.</summary>
    public void Create() => Directory.CreateDirectory(_path, OwnerOnly);

    /// <summary>Removes the directory and what is in it.</summary>
    public void Delete()
    {
        for (var tries = MaxDeleteTries; Directory.Exists(_path); tries--)
        {
            try
            {
                Directory.Delete(_path, recursive: true);
            }
            catch (IOException) when (tries > 0)
            {
                // Something was just put there: a file that was being compressed.
            }
        }
    }

    /// <summary>
    /// What MgCap has not put there: a link, a file of another user or with another name elsewhere, anything that is no file. Nothing in
    /// such a folder is to be opened.
    /// </summary>
    /// <returns>The first of them by its path; null where there is none.</returns>
    public string? FindForeign() => FileStatus.Of(_path) is not { IsDirectory: true, IsOwn: true }
        ? _path
        : Directory.EnumerateFileSystemEntries(_path).Order(StringComparer.Ordinal).FirstOrDefault(entry => FileStatus.Of(entry) is not (null or { IsRegular: true, IsOwn: true, Links: 1 }));

    /// <summary>The path of one of the capture's files.</summary>
    public string PathOf(string fileName) => Path.Combine(_path, fileName);

    /// <summary>When one of the capture's files was last written to, before it was compressed; null where there is none.</summary>
    public DateTime? LastWritten(string fileName)
    {
        // In this order: the compressed one, which has the time of the other, is there before that goes.
        var written = File.GetLastWriteTimeUtc(PathOf(fileName));
        if (written == _noFile)
            written = File.GetLastWriteTimeUtc(CompressedFile.PathOf(PathOf(fileName)));
        return written == _noFile ? null : written;
    }

    /// <summary>The length of one of the capture's files, compressed; null where it is not.</summary>
    public long? CompressedLength(string fileName) => new FileInfo(CompressedFile.PathOf(PathOf(fileName))) is { Exists: true } compressed ? compressed.Length : null;

    /// <summary>Removes what a process that died was compressing.</summary>
    public void RemoveUnfinished()
    {
        if (Directory.Exists(_path))
            CompressedFile.CleanUp(_path);
    }

    /// <summary>The first file of a kind.</summary>
    /// <param name="pattern">Its name, with <c>*</c> for anything.</param>
    /// <returns>Its path; null where there is none.</returns>
    public string? Find(string pattern) => Directory.Exists(_path) ? Directory.EnumerateFiles(_path, pattern).Min(StringComparer.Ordinal) : null;

    /// <summary>Replaces a small file atomically: a reader gets the old content or the new one (rename(2)).</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Replace(string fileName, ReadOnlySpan<byte> content)
    {
        var unfinished = PathOf(fileName) + ".new";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, PathOf(fileName), overwrite: true);
    }

    /// <summary>The names of the capture's files, in order of time, without what compression adds to them.</summary>
    public IReadOnlyList<string> FileNames() => Directory.Exists(_path)
        ? [.. Directory.EnumerateFiles(_path).Select(path => CompressedFile.NameOf(Path.GetFileName(path))).Where(name => name.EndsWith(FileExtension, StringComparison.Ordinal)).Distinct().OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)]
        : [];

    /// <summary>The capture's files that are there, as far as they count.</summary>
    /// <param name="files">Names and lengths in bytes, in order of time.</param>
    /// <returns>null where none is there.</returns>
    /// <exception cref="IOException">One of several can't be read.</exception>
    public CaptureFileSet? Open(IEnumerable<(string Name, long Length)> files)
    {
        var there = files.Select(file => new StoredFile(PathOf(file.Name), file.Length)).Where(file => FileContent.Exists(file.Path)).ToArray();
        return there.Length == 0 ? null : CaptureFileSet.Of(there);
    }

    /// <summary>What the name of a file says.</summary>
    /// <param name="fileName">A name as <see cref="NewFileName"/> makes it.</param>
    /// <returns>When the capture started, to the second, and its interface, whose special characters are <c>_</c>; null where the name is another.</returns>
    public static (Timestamp StartedAt, string Interface)? ReadFileName(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return fileName.EndsWith(FileExtension, StringComparison.Ordinal) && fileName.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash
            && DateTime.TryParseExact(fileName[..dash], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? (Timestamp.FromDateTime(time), FileNumber().Replace(fileName[(dash + 1)..^FileExtension.Length], ""))
            : null;
    }

    /// <summary>The name of a new file: it sorts by time, and says where it comes from; of several interfaces the first.</summary>
    public static string NewFileName(Timestamp startedAt, IReadOnlyList<string> interfaces)
    {
        ArgumentNullException.ThrowIfNull(interfaces);
        var time = startedAt.ToDateTimeOffset().ToString(TimeFormat, CultureInfo.InvariantCulture);
        var readable = new StringBuilder();
        foreach (var c in interfaces.Count == 1 ? interfaces[0] : $"{interfaces[0]}-and-{interfaces.Count - 1}-more")
            readable.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_');
        return $"{time}-{readable}{FileExtension}";
    }

    /// <summary>The name of one of several files: the longer name is the later, and of equal length that which sorts behind.</summary>
    /// <param name="fileName">A name as <see cref="NewFileName"/> makes it.</param>
    /// <param name="number">The file's number, from 1 on.</param>
    public static string NumberedFileName(string fileName, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(fileName)}_{number:D5}{Path.GetExtension(fileName)}");

    [GeneratedRegex("_[0-9]{5,}$")]
    private static partial Regex FileNumber();
}
