using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Storage;

/// <summary>A capture's files that a process left, made valid: the last is cut to its last whole block, the others are as they were finished.</summary>
/// <param name="Files">What each tells, in order of time, with its name; there is one at least.</param>
public sealed record RecoveredCapture(IReadOnlyList<(string Name, RecoveredFile Content)> Files)
{
    /// <summary>The first file, which tells how the capture began.</summary>
    public RecoveredFile First => Files[0].Content;

    /// <summary>The last file, which tells how it ended.</summary>
    public RecoveredFile Last => Files[^1].Content;

    /// <summary>What all files tell.</summary>
    public CaptureStatistics Statistics => Files.Select(file => file.Content.Statistics).Aggregate((sum, file) => sum.Plus(file));

    /// <summary>The latest packet; null without packets.</summary>
    public Timestamp? LastPacketAt => Files.Max(file => file.Content.File.LastPacketAt);

    /// <summary>Makes a capture valid.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="fallback">The interface where the last file describes none; null for an Ethernet interface of which nothing is known.</param>
    /// <returns>null where there is no file.</returns>
    /// <exception cref="IOException">A file can't be read, or the last one not written.</exception>
    public static RecoveredCapture? Recover(CaptureFolder folder, InterfaceDescription? fallback = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var names = folder.FileNames();
        if (names.Count == 0)
            return null;
        var files = names.SkipLast(1).Select(name => (name, RecoveredFile.Read(folder.PathOf(name)))).ToList();
        files.Add((names[^1], RecoveredFile.Recover(folder.PathOf(names[^1]), fallback)));
        return new RecoveredCapture(files);
    }
}
