using MgCap.Capture.Blocks;

namespace MgCap.Capture.Pipeline;

/// <summary>Where a capture's blocks go: a file, a pipe, or somebody who looks on. Used by one thread at a time.</summary>
public interface ICaptureSink : IDisposable
{
    /// <summary>Bytes written; always at the end of a block. May be read by any thread.</summary>
    long Length { get; }

    /// <summary>The file that is written now, by its path; empty where it is none. May be read by any thread.</summary>
    string Name { get; }

    /// <summary>How it is written now. May be read by any thread.</summary>
    FileIo FileIo { get; }

    /// <summary>Begins the file or stream; comes once, before all else.</summary>
    /// <exception cref="SinkFullException">There is no room; nothing was written.</exception>
    /// <exception cref="IOException">Writing failed.</exception>
    void Begin(SectionHead head);

    /// <summary>Writes whole blocks, all of them or none. A sink that needs them for longer shares them (<see cref="PacketBlock.Share"/>).</summary>
    /// <exception cref="SinkFullException">There is no room; nothing was written.</exception>
    /// <exception cref="IOException">Writing failed.</exception>
    void Write(PacketBlock block);

    /// <summary>Writes what the queues have counted until the end, for which room was kept, and ends the file.</summary>
    void Finish(ReadOnlySpan<byte> statistics);
}

/// <summary>A sink of several files, one after the other. <see cref="ICaptureSink.Length"/> is that of the file that is written.</summary>
public interface IRotatingSink : ICaptureSink
{
    /// <summary>Ends the file with what the queues have counted while it was written, for which room was kept.</summary>
    /// <exception cref="IOException">Writing failed.</exception>
    void EndFile(ReadOnlySpan<byte> statistics);

    /// <summary>Removes the files that are one too many with the next, and begins that.</summary>
    /// <returns>The paths of those that were removed.</returns>
    /// <exception cref="SinkFullException">There is no room for it.</exception>
    /// <exception cref="IOException">It can't be created or written.</exception>
    IReadOnlyList<string> BeginFile(SectionHead head);
}

/// <summary>A sink without room for more.</summary>
public sealed class SinkFullException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>A pipe whose reader has gone: the normal end of a live view.</summary>
public sealed class SinkClosedException(string message, Exception? inner = null) : IOException(message, inner);
