using MgCap.Capture.Blocks;

namespace MgCap.Capture.Pipeline;

/// <summary>
/// Step 5 of a packet's way: blocks go to the capture's file first, which alone decides what is captured, and then to the others that
/// look on. None of these may wait, and what fails is left out from then on: no capture ends or loses packets for it.
/// </summary>
/// <param name="file">The capture's file; this owns it from now on.</param>
/// <param name="head">What each begins with.</param>
internal sealed class BlockFanout(ICaptureSink file, SectionHead head) : IDisposable
{
    private readonly Lock _changed = new();
    private ICaptureSink[] _others = [];
    private bool _ended;

    /// <summary>Bytes in the file.</summary>
    internal long Length => file.Length;

    /// <summary>The file's path; empty where it is none.</summary>
    internal string Name => file.Name;

    /// <summary>How the file is written.</summary>
    internal FileIo FileIo => file.FileIo;

    /// <summary>Begins the file.</summary>
    internal void Begin() => file.Begin(head);

    /// <summary>Gives what follows to one more, which this owns from now on. Any thread.</summary>
    /// <returns>false when nothing will follow; it is closed then.</returns>
    internal bool Add(ICaptureSink other)
    {
        other.Begin(head);
        lock (_changed)
        {
            if (!_ended)
            {
                _others = [.. _others, other];
                return true;
            }
        }

        other.Dispose();
        return false;
    }

    /// <summary>Writes a block; what the file throws, this throws, and nobody else gets the block.</summary>
    internal void Write(PacketBlock block)
    {
        file.Write(block);
        foreach (var other in Volatile.Read(ref _others))
            Guarded(other, () => other.Write(block));
    }

    /// <summary>Ends the file that is written, of a capture that has several. The others go on.</summary>
    /// <inheritdoc cref="IRotatingSink.EndFile"/>
    internal void EndFile(byte[] statistics) => Rotating.EndFile(statistics);

    /// <summary>Begins the next.</summary>
    /// <inheritdoc cref="IRotatingSink.BeginFile"/>
    internal IReadOnlyList<string> BeginFile() => Rotating.BeginFile(head);

    /// <summary>Ends the file, then the others.</summary>
    internal void Finish(byte[] statistics)
    {
        ICaptureSink[] others;
        lock (_changed)
        {
            _ended = true;
            others = _others;
        }

        try
        {
            file.Finish(statistics);
        }
        finally
        {
            foreach (var other in others)
                Guarded(other, () => other.Finish(statistics));
        }
    }

    private IRotatingSink Rotating => (IRotatingSink)file;

    public void Dispose()
    {
        file.Dispose();
        foreach (var other in _others)
            other.Dispose();
    }

    private void Guarded(ICaptureSink other, Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // What failed is the sink's own business, which has thrown it: the capture has lost nothing.
            lock (_changed)
                _others = [.. _others.Where(each => each != other)];
            other.Dispose();
        }
    }
}
