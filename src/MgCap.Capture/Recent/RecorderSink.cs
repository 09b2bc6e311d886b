using System.Buffers;
using System.Diagnostics;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;

namespace MgCap.Capture.Recent;

/// <summary>
/// A flight recorder's memory in the place of a capture's file: it has the newest packets and writes none to a disk, until somebody saves
/// what was before a moment and what comes after it.
/// </summary>
/// <param name="settings">How much it keeps.</param>
public sealed class RecorderSink(RecorderSettings settings) : ICaptureSink
{
    // Packets wait some milliseconds for their order and for their block to be full.
    private static readonly TimeSpan _onTheirWay = TimeSpan.FromMilliseconds(100);

    private readonly BlockWindow _window = new(settings.Bytes, settings.Seconds == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(settings.Seconds));

    /// <inheritdoc/>
    public long Length => _window.Length;

    /// <inheritdoc/>
    public string Name => "";

    /// <inheritdoc/>
    public FileIo FileIo => FileIo.Buffered;

    /// <inheritdoc/>
    public void Begin(SectionHead head) => _window.Begin(head);

    /// <inheritdoc/>
    public void Write(PacketBlock block) => _window.Add(block);

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<byte> statistics) => _window.End();

    /// <inheritdoc/>
    public void Dispose() => _window.End();

    /// <summary>Writes what it has to a file, and what comes for some time. It blocks, and is for a thread of its own.</summary>
    /// <param name="span">What belongs to it. Packets that are read with what does may be more.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="open">Makes the file.</param>
    /// <returns>false where nothing more will come, since the capture has ended.</returns>
    /// <exception cref="IOException">It can't be written.</exception>
    internal bool Save(SavedSpan span, TimeProvider clock, Func<FileSink> open)
    {
        if (_window.Enter(span) is not { } place)
            return false;
        var (next, seen) = place;
        var account = new SavedAccount(seen);
        using var sink = open();
        sink.Begin(_window.Head);
        var blocks = new ArrayBufferWriter<byte>();
        while (true)
        {
            blocks.ResetWrittenCount();
            if (_window.TryRead(ref next, blocks) is not { } taken)
            {
                var left = _onTheirWay - span.SinceEnd(Stopwatch.GetTimestamp());
                if (left <= TimeSpan.Zero || _window.HasEnded(next))
                    break;
                _window.WaitAsync(next, CancellationToken.None).Wait(left);
                continue;
            }

            if (taken.Tallies.Length == 0)
                continue;
            if (span.SinceEnd(taken.CameAt) > _onTheirWay)
                break;
            var block = PacketBlock.Of(blocks.WrittenSpan, taken.Tallies, taken.FirstTime, taken.LastTime);
            sink.Write(block);
            account.Add(taken);
        }

        sink.Finish(account.Statistics(Timestamp.Now(clock)));
        return true;
    }
}
