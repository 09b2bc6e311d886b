using System.Diagnostics;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pipeline;

namespace MgCap.Capture.Storage;

/// <summary>What a disk took, written as captures are written.</summary>
/// <param name="FileIo">How it was written.</param>
/// <param name="Seconds">How long, with the time until all was on the disk, where captures are synced.</param>
/// <param name="Bytes">How much.</param>
/// <param name="BytesPerSecond">Both as a rate.</param>
/// <param name="SlowestWriteSeconds">How long it took one MiB, at worst; a capture has memory for 192 of them.</param>
/// <param name="Holds">The rates of packets that this disk takes.</param>
public sealed record DiskTrial(FileIo FileIo, double Seconds, long Bytes, double BytesPerSecond, double SlowestWriteSeconds, IReadOnlyList<DiskRate> Holds)
{
    private const string FileName = "disk-trial";

    private static readonly int[] _lengths = [96, 1514];

    /// <summary>Writes a file for some time, as fast as the disk takes it, and removes it.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="duration">How long.</param>
    /// <param name="minFreeBytes">It ends rather than leave fewer bytes free.</param>
    /// <param name="syncInterval">As captures are written there; see <see cref="FileSink"/>.</param>
    /// <param name="cancellation">Ends it early; then there is no result.</param>
    /// <exception cref="CaptureRefusedException">storage_full: there is no room to write for long enough.</exception>
    /// <exception cref="IOException">It can't be written there.</exception>
    public static DiskTrial Run(string folder, TimeSpan duration, long minFreeBytes, TimeSpan? syncInterval, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var sink = new FileSink(path, minFreeBytes, indexed: false, syncInterval);
            return Run(sink, duration, cancellation);
        }
        catch (SinkFullException exception)
        {
            throw new CaptureRefusedException(RefusalCode.StorageFull, $"There is no room to measure: {exception.Message}. Delete captures, or measure for a shorter time.", exception);
        }
        finally
        {
            CleanUp(folder);
        }
    }

    /// <summary>Removes what a process left that died while it measured.</summary>
    /// <exception cref="IOException">It can't be removed.</exception>
    public static void CleanUp(string folder) => File.Delete(Path.Combine(folder, FileName));

    private static DiskTrial Run(FileSink sink, TimeSpan duration, CancellationToken cancellation)
    {
        var block = new PacketBlockQueue(1, queues: 0).TakeEmpty();
        // Packets of strangers are as good as random to a disk that compresses.
        Random.Shared.NextBytes(block.Free);
        block.Advance(block.Free.Length);
        var (clock, slowest) = (Stopwatch.StartNew(), TimeSpan.Zero);
        while (clock.Elapsed < duration)
        {
            cancellation.ThrowIfCancellationRequested();
            var started = clock.Elapsed;
            sink.Write(block);
            if (clock.Elapsed - started is var took && took > slowest)
                slowest = took;
        }

        sink.Finish([]);
        var (bytes, seconds) = (sink.Length, clock.Elapsed.TotalSeconds);
        return new DiskTrial(sink.FileIo, seconds, bytes, bytes / seconds, slowest.TotalSeconds, [.. _lengths.Select(length => DiskRate.Of(length, bytes / seconds))]);
    }
}

/// <summary>A rate of packets.</summary>
/// <param name="CapturedLength">Bytes kept of each packet.</param>
/// <param name="PacketsPerSecond">How many.</param>
public sealed record DiskRate(int CapturedLength, double PacketsPerSecond)
{
    internal static DiskRate Of(int length, double bytesPerSecond) => new(length, Math.Floor(bytesPerSecond / Pcapng.PcapngEncoder.EnhancedPacketLength(length, withFlags: true)));
}
