using MgCap.Capture.Blocks;
using MgCap.Capture.Pcapng;
using MgCap.Linux;

namespace MgCap.Capture.Pipeline;

/// <summary>A capture that goes into a pipe, block by block as it comes.</summary>
/// <param name="stream">The pipe.</param>
/// <param name="form">In which format; the older one is for captures of one link type, and has packets alone.</param>
public sealed class StreamSink(Stream stream, PacketForm form = PacketForm.Pcapng) : ICaptureSink
{
    private readonly PcapTranslator? _older = form == PacketForm.Pcap ? new PcapTranslator() : null;
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
        Write(_older is null ? head.Blocks.Span : _older.Begin(head.Blocks));
    }

    /// <inheritdoc/>
    public void Write(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        Write(_older is null ? block.Content : _older.Translate(block.Content));
    }

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<byte> statistics) => Write(_older is null ? statistics : []);

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
