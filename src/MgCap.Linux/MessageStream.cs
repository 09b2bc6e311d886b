namespace MgCap.Linux;

/// <summary>
/// A standard descriptor for messages: what can't be written there is dropped, and nothing waits long for it. So a terminal that
/// was closed, a full disk or a reader that does not read never stops the program that reports something.
/// </summary>
public sealed class MessageStream(int descriptor) : Stream
{
    // A reader that is only slow gets everything; one that does not read costs this once.
    private const int MaxWaitMilliseconds = 500;

    private readonly bool _given = StandardDescriptor.IsGiven(descriptor);
    private bool _stuck;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes what can be written.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_given)
            _stuck = DescriptorWriter.Write(descriptor, buffer, _stuck ? 0 : MaxWaitMilliseconds) == Errno.EAGAIN;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
