using MgCap.Capture.Blocks;
using MgCap.Linux;

namespace MgCap.Capture.Pipeline;

/// <summary>A capture that goes into a pipe, block by block as it comes.</summary>
public sealed class StreamSink(Stream stream) : ICaptureSink
{
    private long _length;

    /// <inheritdoc/>
    public long Length => Volatile.Read(ref _length);

    /// <inheritdoc/>
    public string Name => "";

    /// <inheritdoc/>
    public FileIo FileIo => FileIo.Buffered;

    /// <inheritdoc/>
    public void Begin(SectionHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        Write(head.Blocks.Span);
    }

    /// <inheritdoc/>
    public void Write(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        Write(block.Content);
    }

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<byte> statistics) => Write(statistics);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void Write(ReadOnlySpan<byte> blocks)
    {
        try
        {
            stream.Write(blocks);
            stream.Flush();
        }
        catch (IOException exception) when ((Errno)exception.HResult is Errno.EPIPE or Errno.ECONNRESET)
        {
            throw new SinkClosedException("the reader of the pipe has gone", exception);
        }

        Volatile.Write(ref _length, _length + blocks.Length);
    }
}
