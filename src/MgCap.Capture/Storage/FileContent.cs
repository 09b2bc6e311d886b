using Microsoft.Win32.SafeHandles;

namespace MgCap.Capture.Storage;

/// <summary>
/// What is in one of a capture's files, whether it is compressed or not. Where both are there the compressed one is whole and was compared
/// with the other, which is about to go. One reader at a time.
/// </summary>
internal abstract class FileContent : IDisposable
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file as it is called without compression.</param>
    /// <exception cref="IOException">It can't be opened.</exception>
    internal static FileContent Open(string path)
    {
        if (CompressedFile.IsThere(path))
            return new CompressedContent(CompressedFile.PathOf(path));
        try
        {
            return new PlainContent(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (FileNotFoundException) when (CompressedFile.IsThere(path))
        {
            // It was compressed just now.
            return new CompressedContent(CompressedFile.PathOf(path));
        }
    }

    /// <summary>Whether there is a file, compressed or not.</summary>
    internal static bool Exists(string path) => File.Exists(path) || CompressedFile.IsThere(path);

    /// <summary>Reads.</summary>
    /// <param name="buffer">At least a byte.</param>
    /// <param name="offset">Where in the file, uncompressed.</param>
    /// <returns>Bytes read; 0 at the end.</returns>
    /// <exception cref="IOException">It can't be read.</exception>
    internal abstract int Read(Span<byte> buffer, long offset);

    /// <inheritdoc cref="Read"/>
    internal abstract ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation);

    public abstract void Dispose();

    private sealed class PlainContent(SafeFileHandle file) : FileContent
    {
        internal override int Read(Span<byte> buffer, long offset) => RandomAccess.Read(file, buffer, offset);

        internal override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation) => RandomAccess.ReadAsync(file, buffer, offset, cancellation);

        public override void Dispose() => file.Dispose();
    }
}
