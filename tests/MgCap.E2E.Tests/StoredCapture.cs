using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;
using MgCap.Capture.Storage;
using MgCap.Web.Catalogue;
using Microsoft.EntityFrameworkCore;

namespace MgCap.E2E.Tests;

/// <summary>Captures that nobody captured: a console that starts finds their files where captures are.</summary>
public static class StoredCapture
{
    private const int MaxBlockLength = 512 * 1024;

    /// <summary>The first packet's time.</summary>
    public static readonly Timestamp Start = Timestamp.Parse("2026-11-22T12:00:00Z");

    /// <summary>The page of the first one.</summary>
    public static string Page { get; } = PageOf(1);

    /// <summary>The page of one of them.</summary>
    public static string PageOf(int number) => $"/capture.html?id={IdOf(number)}";

    /// <summary>Where a capture's file is below a console's data directory.</summary>
    public static string FileIn(string dataDirectory, int number = 1) =>
        new CaptureFolder(Path.Combine(dataDirectory, "captures"), IdOf(number)).PathOf(CaptureFolder.NewFileName(Start, ["eth0"]));

    /// <summary>Writes a capture's file into a console's data directory.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="frames">Its packets.</param>
    /// <param name="apart">Nanoseconds from each to the next.</param>
    /// <param name="number">Which capture.</param>
    /// <param name="start">The first packet's time; null for <see cref="Start"/>.</param>
    public static void Write(string dataDirectory, IEnumerable<byte[]> frames, long apart = 1_000_000, int number = 1, Timestamp? start = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var path = FileIn(dataDirectory, number);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new BufferedStream(File.Create(path), MaxBlockLength);
        var block = new byte[MaxBlockLength];
        var description = new InterfaceDescription { Name = "eth0/rx0", LinkType = 1, SnapLength = 262_144 };
        file.Write(block.AsSpan(0, PcapngEncoder.WriteSectionHeader(block, new SectionHeader { UserApplication = "test" })));
        file.Write(block.AsSpan(0, PcapngEncoder.WriteInterfaceDescription(block, description)));
        var time = (start ?? Start).Nanoseconds;
        foreach (var frame in frames)
        {
            var length = PcapngEncoder.WriteEnhancedPacket(block, 0, new Timestamp(time), frame.Length, frame, PacketDirection.Inbound);
            file.Write(block.AsSpan(0, length));
            time += apart;
        }
    }

    /// <summary>Makes a capture known as one that ended as it should, with the index that is written with it: there is nothing to recover.</summary>
    public static void Enter(string dataDirectory, int number)
    {
        var path = FileIn(dataDirectory, number);
        var index = CaptureIndex.Read(CaptureFileSet.Of(path, new FileInfo(path).Length));
        index.Save();
        var options = new DbContextOptionsBuilder<CatalogueContext>().UseSqlite($"Data Source={Path.Combine(dataDirectory, "mgcap.db")};Pooling=False").Options;
        using var context = new CatalogueContext(options);
        context.Database.Migrate();
        context.Add(CaptureRow.Of(new CaptureRecord
        {
            Id = IdOf(number),
            Name = $"capture {number}",
            Interface = "eth0",
            Engine = EngineNames.Packet,
            State = CaptureState.Stopped,
            StopReason = StopReason.User,
            StartedAt = index.FirstPacketAt ?? Start,
            StoppedAt = index.LastPacketAt,
            Files = [new CaptureFileInfo(Path.GetFileName(path), index.Length, index.Packets, index.FirstPacketAt, index.LastPacketAt)],
            Statistics = new CaptureStatistics { Received = index.Packets, Captured = index.Packets },
        }));
        context.SaveChanges();
    }

    private static Guid IdOf(int number) => Guid.Parse($"01990000-0000-7000-8000-{number:d12}");
}
