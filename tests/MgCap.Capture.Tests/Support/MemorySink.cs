using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;

namespace MgCap.Capture.Tests.Support;

/// <summary>A sink in memory that a test can make slow, block or break.</summary>
internal sealed class MemorySink : ICaptureSink
{
    private readonly MemoryStream _content = new();
    private readonly ManualResetEventSlim _open = new(true);
    private long _length;

    /// <summary>Called before a write, with its number from 1 (the section header's is the first); may throw or wait.</summary>
    internal Action<int> BeforeWrite { get; init; } = _ => { };

    /// <summary>Called before the last blocks are written.</summary>
    internal Action BeforeFinish { get; init; } = () => { };

    /// <summary>false: what is written is only counted.</summary>
    internal bool Keep { get; init; } = true;

    internal int Writes { get; private set; }

    internal bool Finished { get; private set; }

    internal bool Disposed { get; private set; }

    public long Length => Volatile.Read(ref _length);

    public string Name => "";

    public FileIo FileIo => FileIo.Buffered;

    /// <summary>Makes writes wait until <see cref="Open"/>.</summary>
    internal void Block() => _open.Reset();

    internal void Open() => _open.Set();

    internal byte[] Content()
    {
        lock (_content)
            return _content.ToArray();
    }

    public void Begin(SectionHead head) => Write(head.Blocks.Span);

    public void Write(PacketBlock block) => Write(block.Content);

    public void Finish(ReadOnlySpan<byte> statistics)
    {
        BeforeFinish();
        Append(statistics);
        Finished = true;
    }

    public void Dispose() => Disposed = true;

    private void Write(ReadOnlySpan<byte> blocks)
    {
        BeforeWrite(++Writes);
        _open.Wait();
        Append(blocks);
    }

    private void Append(ReadOnlySpan<byte> blocks)
    {
        lock (_content)
        {
            if (Keep)
                _content.Write(blocks);
        }

        Volatile.Write(ref _length, _length + blocks.Length);
    }
}
