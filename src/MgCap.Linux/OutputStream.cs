using Microsoft.Win32.SafeHandles;

namespace MgCap.Linux;

/// <summary>
/// A stream to write to, of any descriptor: a pipe, a terminal, a file, a socket. It waits where a non-blocking one has no room.
/// </summary>
public sealed class OutputStream : Stream
{
    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private readonly bool _given;

    /// <param name="handle">The descriptor; it is closed with the stream if it owns it.</param>
    /// <param name="name">What it is, for people, as "standard output".</param>
    public OutputStream(SafeFileHandle handle, string name)
        : this(handle, name, given: true)
    {
    }

    private OutputStream(SafeFileHandle handle, string name, bool given)
    {
        ArgumentNullException.ThrowIfNull(handle);
        (_handle, _name, _given) = (handle, name, given);
    }

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

    /// <summary>Standard output. It is not closed with the stream.</summary>
    public static OutputStream Standard() => new(
        new SafeFileHandle(StandardDescriptor.Output, ownsHandle: false), "standard output", StandardDescriptor.IsGiven(StandardDescriptor.Output));

    /// <summary>Writes all of it.</summary>
    /// <exception cref="LinuxException">EPIPE when the reader has gone, ENOSPC when there is no room, EBADF when the descriptor is closed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var errno = _given ? DescriptorWriter.Write((int)_handle.DangerousGetHandle(), buffer, DescriptorWriter.NoLimit) : Errno.EBADF;
        if (errno != Errno.None)
            throw new LinuxException($"write to {_name}", errno);
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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _handle.Dispose();
        base.Dispose(disposing);
    }
}
