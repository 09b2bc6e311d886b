using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;

namespace MgCap.E2E.Tests;

/// <summary>A capture that nobody captured: a console that starts finds its file where captures are.</summary>
public static class StoredCapture
{
    private const int LongestBlock = 512 * 1024;

    private static readonly Guid _id = Guid.Parse("01990000-0000-7000-8000-000000000001");

    /// <summary>The first packet's time.</summary>
    public static readonly Timestamp Start = Timestamp.Parse("2026-11-22T12:00:00Z");

    /// <summary>Its page.</summary>
    public static string Page { get; } = $"/capture.html?id={_id}";

    /// <summary>Where its file is below a console's data directory.</summary>
    public static string FileIn(string dataDirectory) =>
        new CaptureFolder(Path.Combine(dataDirectory, "captures"), _id).PathOf(CaptureFolder.NewFileName(Start, "eth0"));

    /// <summary>Writes its file into a console's data directory.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="frames">Its packets.</param>
    /// <param name="apart">Nanoseconds from each to the next.</param>
    public static void Write(string dataDirectory, IEnumerable<byte[]> frames, long apart = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var path = FileIn(dataDirectory);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new BufferedStream(File.Create(path), LongestBlock);
        var block = new byte[LongestBlock];
        var description = new InterfaceDescription { Name = "eth0/rx0", LinkType = 1, SnapLength = 262_144 };
        file.Write(block.AsSpan(0, PcapngEncoder.WriteSectionHeader(block, new SectionHeader { UserApplication = "test" })));
        file.Write(block.AsSpan(0, PcapngEncoder.WriteInterfaceDescription(block, description)));
        var time = Start.Nanoseconds;
        foreach (var frame in frames)
        {
            var length = PcapngEncoder.WriteEnhancedPacket(block, 0, new Timestamp(time), frame.Length, frame, PacketDirection.Inbound);
            file.Write(block.AsSpan(0, length));
            time += apart;
        }
    }
}
