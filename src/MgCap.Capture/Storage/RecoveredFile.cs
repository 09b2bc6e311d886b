using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Statistics;

namespace MgCap.Capture.Storage;

/// <summary>What a capture's file tells, after the process that wrote it has ended or died.</summary>
/// <param name="File">What is in it.</param>
/// <param name="Statistics">What it tells of the capture: the packets are counted, the losses are those of its last statistics.</param>
/// <param name="Interface">The interface's name without its queue, several as <see cref="CaptureSettings.Interface"/> has them; null where the file does not say.</param>
/// <param name="Filter">The capture filter; null where there was none.</param>
/// <param name="Snaplen">The snap length; null where the file does not say.</param>
/// <param name="Comment">The capture's comment; null where there is none.</param>
/// <param name="StartedAt">When the capture began; null where the file does not say.</param>
/// <param name="EndedAt">When its last statistics were written; null where there are none.</param>
/// <param name="Ended">Why it ended, where the file was finished; null where it was not.</param>
/// <param name="BytesCut">Bytes that were no whole block.</param>
public sealed record RecoveredFile(
    CaptureFileSummary File, CaptureStatistics Statistics, string? Interface, string? Filter, int? Snaplen, string? Comment,
    Timestamp? StartedAt, Timestamp? EndedAt, StopReason? Ended, long BytesCut)
{
    /// <summary>Makes a file valid, cut to its last whole block, and libpcap read it: with one interface at least.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fallback">The interface of a file that describes none; null for an Ethernet interface of which nothing is known.</param>
    /// <exception cref="IOException">It can't be read or written.</exception>
    public static RecoveredFile Recover(string path, InterfaceDescription? fallback = null)
    {
        // What is compressed was finished, and has stayed what it was.
        if (CompressedFile.IsThere(path))
            return Read(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1);
        var scan = PcapngScan.Scan(stream);
        var cut = stream.Length - scan.ValidLength;
        stream.SetLength(scan.ValidLength);
        if (scan.ValidLength == 0)
            WriteEmptySection(stream);
        if (scan.Interfaces.Count == 0)
            WriteInterface(stream, fallback ?? new InterfaceDescription { LinkType = LinkType.Ethernet.FileNumber });
        return Of(path, scan, stream.Length, cut);
    }

    /// <summary>Reads a file that is to stay as it is.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static RecoveredFile Read(string path)
    {
        using var content = FileContent.Open(path);
        using var stream = CaptureFileSet.Of(path, content is CompressedContent compressed ? compressed.Length : new FileInfo(path).Length).Open();
        var scan = PcapngScan.Scan(stream);
        return Of(path, scan, scan.ValidLength, 0);
    }

    private static RecoveredFile Of(string path, PcapngScan scan, long length, long cut)
    {
        var first = scan.Interfaces.Count == 0 ? null : scan.Interfaces[0].Description;
        string[] names = [.. scan.Interfaces.Select(each => each.Description.Name?.Split('/')[0]).OfType<string>().Distinct()];
        return new RecoveredFile(
            new CaptureFileSummary(path, length, scan.Packets, scan.FirstPacketAt, scan.LastPacketAt),
            StatisticsOf(scan, names.Length > 1),
            names.Length == 0 ? null : CaptureSettings.Joined(names),
            first?.Filter,
            (int?)first?.SnapLength,
            scan.Section?.Comment,
            StatisticsTime(scan, statistics => statistics.StartTime),
            StatisticsTime(scan, statistics => statistics.EndTime),
            scan.Interfaces.Select(each => EndMark.Read(each.LastStatistics?.Comment)).FirstOrDefault(reason => reason is not null),
            cut);
    }

    private static void WriteEmptySection(FileStream stream)
    {
        var section = new SectionHeader { UserApplication = About.Application };
        var block = new byte[PcapngEncoder.SectionHeaderLength(section)];
        PcapngEncoder.WriteSectionHeader(block, section);
        stream.Position = 0;
        stream.Write(block);
    }

    private static void WriteInterface(FileStream stream, InterfaceDescription description)
    {
        var block = new byte[PcapngEncoder.InterfaceDescriptionLength(description)];
        PcapngEncoder.WriteInterfaceDescription(block, description);
        stream.Position = stream.Length;
        stream.Write(block);
    }

    /// <summary>A time of 0 is one that the file does not have.</summary>
    private static Timestamp? StatisticsTime(PcapngScan scan, Func<InterfaceStatistics, Timestamp> time) =>
        scan.Interfaces.Select(each => each.LastStatistics is { } last ? time(last) : default).Where(found => found != default).Select(found => (Timestamp?)found).FirstOrDefault();

    private static CaptureStatistics StatisticsOf(PcapngScan scan, bool several)
    {
        var queues = scan.Interfaces.Select(each => QueueOf(each, several)).Where(queue => queue.Name != "" || queue.Received > 0).ToArray();
        var nic = scan.Interfaces.Sum(each => (long)(each.LastStatistics?.InterfaceDropped ?? 0));
        return new CaptureStatistics
        {
            Received = queues.Sum(queue => queue.Received),
            Filtered = queues.Sum(queue => queue.Filtered),
            Captured = scan.Packets,
            CapturedBytes = scan.CapturedBytes,
            WireBytes = scan.WireBytes,
            Dropped = new DropCounts(nic, queues.Sum(queue => queue.RingDropped), queues.Sum(queue => queue.WriterDropped)),
            Queues = queues,
        };
    }

    private static QueueStatistics QueueOf(PcapngInterfaceScan from, bool several)
    {
        var last = from.LastStatistics ?? default;
        var name = from.Description.Name?.Split('/') is [_, var queue] ? queue : "";
        var filtered = (long)(last.Received - last.FilterAccepted);
        var ring = (long)last.OperatingSystemDropped;
        var writer = (long)(last.FilterAccepted - last.OperatingSystemDropped - last.UserDelivered);
        return new QueueStatistics
        {
            Queue = name.StartsWith("rx", StringComparison.Ordinal) && int.TryParse(name[2..], out var number) ? number : -1,
            Name = several ? from.Description.Name ?? "" : name,
            Received = filtered + from.Packets + ring + writer,
            Filtered = filtered,
            Captured = from.Packets,
            WireBytes = from.WireBytes,
            Dropped = ring + writer,
            RingDropped = ring,
            WriterDropped = writer,
        };
    }
}
