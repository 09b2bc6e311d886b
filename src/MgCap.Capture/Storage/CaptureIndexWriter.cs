using MgCap.Capture.Blocks;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// Writes the index of a capture's file beside it, while the file is written and on the same thread: a record for each segment
/// (<see cref="IndexSegments"/>) and one for each interface. An index that can't be written is given up: it harms no capture,
/// and <see cref="FileIndex"/> makes what is missing from the file.
/// </summary>
public sealed class CaptureIndexWriter : IDisposable
{
    private readonly byte[] _record = new byte[IndexRecord.Size];
    private readonly IndexSegments _segments;
    private SafeFileHandle? _file;
    private long _length;

    /// <summary>Creates the index of a file that is about to be written.</summary>
    /// <param name="capturePath">The capture's file.</param>
    public CaptureIndexWriter(string capturePath)
    {
        _segments = new IndexSegments(0, 0, long.MaxValue, segment => Write(IndexRecord.Segment, segment));
        Guarded(() =>
        {
            _file = File.OpenHandle(FileIndex.PathOf(capturePath), FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
            IndexRecord.WriteHead(_record);
            WriteRecord();
        });
    }

    /// <summary>Takes note of the file's head.</summary>
    internal void Begin(SectionHead head)
    {
        foreach (var description in head.Descriptions)
            Write(IndexRecord.Interface, new IndexEntry(description, 0, 0, 0, 0, 0, 0));
        _segments.Add(head.Blocks.Length, PacketSummary.None);
    }

    /// <summary>Takes note of blocks that were written behind it.</summary>
    /// <param name="length">Their length, in bytes.</param>
    /// <param name="packets">What is in them.</param>
    internal void Add(int length, in PacketSummary packets) => _segments.Add(length, packets);

    /// <summary>The file ends here.</summary>
    internal void Finish() => _segments.Finish();

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Write(uint kind, IndexEntry entry) => Guarded(() =>
    {
        IndexRecord.Write(_record, kind, entry);
        WriteRecord();
    });

    private void WriteRecord()
    {
        if (_file is null)
            return;
        RandomAccess.Write(_file, _record, _length);
        _length += _record.Length;
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
