using MgCap.Capture;
using MgCap.Capture.Statistics;
using MgCap.Capture.Storage;
using MgCap.Web.Catalogue;
using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Tests.Support;

/// <summary>
/// Captures that ended long ago, in the catalogue of a console that is not running yet: one a minute, the newest first. Their
/// folders are empty, so there is nothing to download.
/// </summary>
public static class ManyCaptures
{
    /// <summary>A word that is in the comment of one of them.</summary>
    public const string Needle = "needle_50%";

    /// <summary>When the newest started.</summary>
    public static readonly Timestamp Newest = Timestamp.Parse("2026-11-20T12:00:00Z");

    /// <summary>The name of one of them.</summary>
    /// <param name="number">0 for the newest.</param>
    public static string Name(int number) => $"capture {number:00000}";

    /// <summary>Writes so many.</summary>
    /// <param name="dataDirectory">The data directory, which may be empty.</param>
    /// <param name="count">How many.</param>
    public static void Write(string dataDirectory, int count)
    {
        var options = new DbContextOptionsBuilder<CatalogueContext>().UseSqlite($"Data Source={Path.Combine(dataDirectory, "mgcap.db")};Pooling=False").Options;
        using var context = new CatalogueContext(options);
        context.Database.Migrate();
        foreach (var number in Enumerable.Range(0, count))
        {
            var record = Record(number, count);
            context.Add(CaptureRow.Of(record));
            new CaptureFolder(Path.Combine(dataDirectory, "captures"), record.Id).Create();
        }

        context.SaveChanges();
    }

    /// <summary>Each tenth failed; each fourth has a filter; the one in the middle has <see cref="Needle"/>.</summary>
    private static CaptureRecord Record(int number, int count)
    {
        var start = new Timestamp(Newest.Nanoseconds - number * 60_000_000_000L);
        var packets = 1000L + number;
        return new CaptureRecord
        {
            Id = Guid.CreateVersion7(start.ToDateTimeOffset()),
            Name = Name(number),
            Comment = number == count / 2 ? $"here is the {Needle} of the haystack" : "",
            Interface = $"eth{number % 3}",
            Engine = EngineNames.Xdp,
            EngineDetail = "native",
            EngineReason = "auto",
            Direction = CaptureDirection.Both,
            Snaplen = 96,
            Filter = number % 4 == 0 ? "tcp port 443" : null,
            Promiscuous = true,
            State = number % 10 == 3 ? CaptureState.Failed : CaptureState.Stopped,
            StopReason = number % 10 == 3 ? StopReason.Error : StopReason.User,
            Error = number % 10 == 3 ? "The ring could not be read." : null,
            StartedAt = start,
            StoppedAt = new Timestamp(start.Nanoseconds + 30_000_000_000L),
            Files = [new CaptureFileInfo("capture.pcapng", packets * 128, packets, start, start)],
            Statistics = new CaptureStatistics
            {
                Received = packets,
                Captured = packets,
                CapturedBytes = packets * 96,
                WireBytes = packets * 500,
                Queues = [.. Enumerable.Range(0, 4).Select(queue => new QueueStatistics { Queue = queue, Name = $"rx{queue}", Received = packets / 4, Captured = packets / 4 })],
            },
        };
    }
}
