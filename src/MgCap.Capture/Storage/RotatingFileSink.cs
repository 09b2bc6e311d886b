using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// A capture's files, one after the other; each stands alone, with its head, its statistics and its index. What a file that has ended
/// needs to last, and freeing the room of one that is removed, is done beside the next one's writing: the capture does not wait for the
/// disk there.
/// </summary>
public sealed class RotatingFileSink : IRotatingSink
{
    // A disk that takes longer over an ended file, or a removed one, than over half as many new ones is too slow for them: from then on it is waited for.
    private const int MostSettling = 64;

    private readonly Func<int, FileSink> _open;
    private readonly int _keep;
    private readonly Action<string>? _endedFile;
    private readonly Queue<string> _there = new();
    private readonly Queue<Task> _settling = new();
    private FileSink _file;
    private bool _ended;
    private int _number = 1;

    /// <summary>Opens the first file.</summary>
    /// <param name="open">Opens a file by its number, from 1 on.</param>
    /// <param name="keep">How many are kept, with the one that is written; 0 for all.</param>
    /// <param name="endedFile">Is told the path of each file that has ended; it must not wait.</param>
    /// <exception cref="SinkFullException">There is no room for a file.</exception>
    /// <exception cref="IOException">It can't be created.</exception>
    public RotatingFileSink(Func<int, FileSink> open, int keep, Action<string>? endedFile = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        (_open, _keep, _endedFile) = (open, keep, endedFile);
        _file = open(_number);
        _there.Enqueue(_file.Name);
    }

    /// <inheritdoc/>
    public long Length => Volatile.Read(ref _file).Length;

    /// <inheritdoc/>
    public string Name => Volatile.Read(ref _file).Name;

    /// <inheritdoc/>
    public FileIo FileIo => Volatile.Read(ref _file).FileIo;

    /// <inheritdoc/>
    public void Begin(SectionHead head) => _file.Begin(head);

    /// <inheritdoc/>
    public void Write(PacketBlock block)
    {
        ThrowIfUnsettled();
        _file.Write(block);
    }

    /// <inheritdoc/>
    public void EndFile(ReadOnlySpan<byte> statistics)
    {
        _file.End(statistics);
        _ended = true;
        _endedFile?.Invoke(_file.Name);
        var ended = _file;
        Settle(() =>
        {
            using (ended)
                ended.Settle();
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> BeginFile(SectionHead head)
    {
        var removed = RemoveOldest();
        var next = _open(++_number);
        try
        {
            next.Begin(head);
        }
        catch
        {
            // A file without a head is none.
            next.Dispose();
            Remove(next.Name);
            throw;
        }

        Volatile.Write(ref _file, next);
        _ended = false;
        _there.Enqueue(next.Name);
        return removed;
    }

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<byte> statistics)
    {
        if (!_ended)
        {
            _file.Finish(statistics);
            _endedFile?.Invoke(_file.Name);
        }

        while (_settling.TryDequeue(out var settling))
            settling.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ended)
            _file.Dispose();
    }

    /// <summary>What could not be made to last must not be found out at the end of a year.</summary>
    private void ThrowIfUnsettled()
    {
        while (_settling.TryPeek(out var settling) && settling.IsCompleted)
            _settling.Dequeue().GetAwaiter().GetResult();
    }

    private List<string> RemoveOldest()
    {
        var removed = new List<string>();
        while (_keep > 0 && _there.Count >= _keep)
        {
            removed.Add(_there.Dequeue());
            Remove(removed[^1]);
        }

        return removed;
    }

    private void Remove(string path)
    {
        foreach (var name in (string[])[path, CompressedFile.PathOf(path), CaptureIndex.PathOf(path)])
        {
            // The name goes now. The room goes with the last that has the file open, which may take a file system a second: who still
            // reads it, or has another name for it, keeps all of it.
            var room = OpenOrNull(name);
            File.Delete(name);
            if (room is not null)
                Settle(room.Dispose);
        }
    }

    private void Settle(Action work)
    {
        _settling.Enqueue(Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        if (_settling.Count > MostSettling)
            _settling.Dequeue().GetAwaiter().GetResult();
    }

    private static SafeFileHandle? OpenOrNull(string name)
    {
        try
        {
            return File.OpenHandle(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
