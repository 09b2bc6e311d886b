using System.Diagnostics.CodeAnalysis;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;
using MgCap.Linux;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// A capture's file. Room is reserved ahead of every write, some more for the last blocks: so a file system that fills up
/// is met between blocks, never within one, and the file can still be ended. No other process writes to it (<see cref="OutputFile"/>).
/// Much at once goes past the page cache where the file system can (<see cref="DirectFile"/>): copying it there would take more of the
/// processor than all else. What begins or ends within a page, and what is little, goes through it, so that readers see the file grow.
/// </summary>
public sealed class FileSink : ICaptureSink
{
    private const long ReserveAhead = 16L * 1024 * 1024;
    private const long KeptForLastBlocks = 64 * 1024;
    private const int WorthGoingDirect = 128 * 1024;

    private static readonly TimeSpan _freeSpaceCheckInterval = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _minFreeBytes;
    private readonly CaptureIndexWriter? _index;
    private readonly FileSync? _sync;
    private readonly PcapTranslator? _older;
    private DirectFile? _direct;
    private long _freeSpaceCheckedAt = Environment.TickCount64;
    private long _reserved;
    private bool _hasLength = true;
    private long _length;

    /// <summary>Creates the file, or empties one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="minFreeBytes">The file system counts as full when fewer bytes are free on it.</param>
    /// <param name="indexed">Whether an index is written beside it, for <see cref="CaptureIndex"/>.</param>
    /// <param name="syncInterval">How much time's packets a loss of power may take; null leaves that to the system.</param>
    /// <exception cref="SinkFullException">There is no room for a file.</exception>
    /// <exception cref="IOException">The file can't be created.</exception>
    public FileSink(string path, long minFreeBytes = 0, bool indexed = false, TimeSpan? syncInterval = null)
    {
        _path = path;
        _minFreeBytes = minFreeBytes;
        // A file that could not take a single block would be full as soon as it is begun.
        if (minFreeBytes > 0 && !HasRoom(PacketBlock.Size + KeptForLastBlocks, out var failure))
            throw failure;
        _file = OutputFile.Open(path);
        Empty();
        _index = indexed ? new CaptureIndexWriter(path) : null;
        _sync = syncInterval is { } interval ? new FileSync(_file, interval) : null;
    }

    /// <summary>Empties an open file and writes to it.</summary>
    /// <param name="file">The file (<see cref="OutputFile"/>), which this owns from now on.</param>
    /// <param name="path">Its name.</param>
    /// <param name="form">In which format; the older one is for captures of one link type, and has packets alone.</param>
    public FileSink(SafeFileHandle file, string path, PacketForm form = PacketForm.Pcapng)
    {
        ArgumentNullException.ThrowIfNull(file);
        (_file, _path) = (file, path);
        _older = form == PacketForm.Pcap ? new PcapTranslator() : null;
        Empty();
    }

    /// <inheritdoc/>
    public long Length => Volatile.Read(ref _length);

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public FileIo FileIo => Volatile.Read(ref _direct) is null ? FileIo.Buffered : FileIo.Direct;

    /// <inheritdoc/>
    public void Begin(SectionHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        Append(_older is null ? head.Blocks.Span : _older.Begin(head.Blocks));
        _index?.Begin(head);
    }

    /// <inheritdoc/>
    public void Write(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        Append(_older is null ? block.Content : _older.Translate(block.Content));
        _index?.Add(block.Length, block.Summary);
    }

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<byte> statistics)
    {
        End(statistics);
        Settle();
    }

    /// <summary>Ends the file: all of it is there for readers.</summary>
    /// <inheritdoc cref="ICaptureSink.Finish"/>
    internal void End(ReadOnlySpan<byte> statistics)
    {
        WriteReserved(_older is null ? statistics : []);
        _index?.Add(statistics.Length, PacketSummary.None);
        _index?.Finish();
    }

    /// <summary>Gives back the room that an ended file did not need, and makes it last, which may take as long as the disk needs. Any thread.</summary>
    /// <exception cref="IOException">Something that was written could not be made to last.</exception>
    internal void Settle()
    {
        CutToLength();
        _sync?.Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _index?.Dispose();
        _sync?.Dispose();
        _direct?.Dispose();
        _file.Dispose();
    }

    private void Empty()
    {
        try
        {
            RandomAccess.SetLength(_file, 0);
            _direct = DirectFile.TryOpen(_file);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    private void Append(ReadOnlySpan<byte> blocks)
    {
        if (FileStatus.Of(_file) is { IsRegular: true } status && (status.Links == 0 || status.Length < _length))
            throw new IOException($"{_path} was {(status.Links == 0 ? "removed" : "cut")} by another program while it was written");
        if (Environment.TickCount64 - _freeSpaceCheckedAt >= _freeSpaceCheckInterval.TotalMilliseconds)
            CheckFreeSpace();
        Reserve(_length + blocks.Length + KeptForLastBlocks);
        WriteReserved(blocks);
    }

    private void CheckFreeSpace()
    {
        _freeSpaceCheckedAt = Environment.TickCount64;
        // Who asks for nothing to stay free hears of a missing folder in better words when the file is made.
        if (_minFreeBytes > 0 && !HasRoom(0, out var failure))
            throw failure;
    }

    private bool HasRoom(long length, [NotNullWhen(false)] out SinkFullException? failure)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        failure = free - length < _minFreeBytes ? new SinkFullException($"{folder} has {free} bytes free; at least {_minFreeBytes} are to stay free") : null;
        return failure is null;
    }

    private void Reserve(long upTo)
    {
        if (upTo <= _reserved)
            return;
        if (!TryReserve(upTo + ReserveAhead, out _) && !TryReserve(upTo, out var failure))
            throw failure;
    }

    private bool TryReserve(long upTo, [NotNullWhen(false)] out SinkFullException? failure)
    {
        if (_minFreeBytes > 0 && !HasRoom(upTo - _reserved, out failure))
            return false;
        try
        {
            _hasLength = FileSpace.Reserve(_file, _reserved, upTo - _reserved);
            _reserved = upTo;
            failure = null;
            return true;
        }
        catch (LinuxException exception) when (exception.Errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EFBIG)
        {
            failure = new SinkFullException($"no room to write to {_path}", exception);
            return false;
        }
    }

    private void CutToLength()
    {
        if (_hasLength)
            RandomAccess.SetLength(_file, _length);
    }

    private void WriteReserved(ReadOnlySpan<byte> blocks)
    {
        _sync?.ThrowIfFailed();
        try
        {
            Put(blocks);
        }
        catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException)
        {
            // A write that got part of the way: what follows the last whole block goes again.
            CutToLength();
            // .NET has no IOException for EFBIG, the limit of setrlimit(2) or of the file system.
            if (exception is ArgumentOutOfRangeException || (Errno)exception.HResult is Errno.ENOSPC or Errno.EDQUOT or Errno.EFBIG)
                throw new SinkFullException($"no room to write to {_path}", exception);
            throw;
        }

        Volatile.Write(ref _length, _length + blocks.Length);
        _sync?.Written(blocks.Length);
    }

    /// <summary>Writes from the first byte to the last: a process that is killed in between leaves no gap before what has been written.</summary>
    private void Put(ReadOnlySpan<byte> blocks)
    {
        if (_direct is { } direct && blocks.Length >= WorthGoingDirect)
        {
            var head = (int)(-_length & (DirectFile.Alignment - 1));
            var end = blocks.Length - (int)((_length + blocks.Length) & (DirectFile.Alignment - 1));
            RandomAccess.Write(_file, blocks[..head], _length);
            if (direct.TryWrite(blocks[head..end], _length + head))
            {
                RandomAccess.Write(_file, blocks[end..], _length + end);
                return;
            }

            // It said that it could, and can't: some layered file systems.
            Volatile.Write(ref _direct, null);
            direct.Dispose();
        }

        RandomAccess.Write(_file, blocks, _length);
    }
}
