using System.Collections.Concurrent;
using System.Globalization;

namespace MgCap.Cli;

/// <summary>
/// Tells of a capture's files as they begin and end. What it says is said by a thread of its own: neither a terminal nor a pipe that is not
/// read may keep the capture from its next file.
/// </summary>
internal sealed class FileNames : IDisposable
{
    private readonly BlockingCollection<(TextWriter To, string Line)> _lines = [];
    private readonly TextWriter? _ended;
    private readonly bool _owned;
    private readonly Thread _thread;

    /// <param name="printNames">Where the names of files that have ended go: a file, which is emptied, - or stdout, stderr; null for nowhere.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    internal FileNames(string? printNames)
    {
        _owned = printNames is not (null or "-" or "stdout" or "stderr");
        _ended = printNames switch
        {
            null => null,
            "-" or "stdout" => Console.Out,
            "stderr" => Console.Error,
            _ => new StreamWriter(printNames, append: false) { AutoFlush = true },
        };
        _thread = new Thread(Write) { Name = "file names", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The name of one of several files, as dumpcap(1) makes them: trace.pcapng becomes trace_00001_20260301123000.pcapng, by local time.</summary>
    internal static string Numbered(string path, int number)
    {
        var extension = Path.GetExtension(path);
        return string.Create(CultureInfo.InvariantCulture, $"{path[..^extension.Length]}_{number:D5}_{DateTime.Now:yyyyMMddHHmmss}{extension}");
    }

    /// <summary>A file after the first was begun.</summary>
    internal void Begun(string name) => _lines.Add((Console.Error, $"{(Console.IsErrorRedirected ? "" : "\r\e[K")}File: {name}"));

    /// <summary>A file has ended.</summary>
    internal void Ended(string name)
    {
        if (_ended is not null)
            _lines.Add((_ended, name));
    }

    /// <summary>Waits until all is said.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _thread.Join();
        _lines.Dispose();
        if (_owned)
            _ended!.Dispose();
    }

    private void Write()
    {
        foreach (var (to, line) in _lines.GetConsumingEnumerable())
        {
            try
            {
                to.WriteLine(line);
            }
            catch (IOException)
            {
                // The capture goes on; its files have the names.
            }
        }
    }
}
