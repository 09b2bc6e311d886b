using MgCap.Capture;
using MgCap.Capture.Engines;
using MgCap.Capture.Hwtstamp;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Tests.Catalogue;

/// <summary>What is known of the clock that stamped a capture is kept with it.</summary>
public sealed class CaptureClockTests : IDbContextFactory<CatalogueContext>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task CapturesWithAndWithoutClock_ComeBackAsTheyWere()
    {
        var catalogue = new CaptureCatalogue(this);
        catalogue.Migrate();
        var clock = new CaptureClock
        {
            Device = "ptp0",
            OffsetNanoseconds = 37_000_000_123,
            UncertaintyNanoseconds = 450,
            DriftPartsPerBillion = -12.345,
            MeasuredAt = Timestamp.Parse("2026-11-22T17:05:24.123456789Z"),
            FirstOffsetNanoseconds = 37_000_000_001,
            Measurements = 7,
            Steps = 1,
            LargestErrorNanoseconds = 99,
            TaiOffsetSeconds = 37,
            LooksLikeTai = true,
            Error = "could not read the clock ptp0",
        };
        var stamped = Record() with { Clock = clock, TimestampSource = TimestampSource.Hardware };
        var other = Record();
        await catalogue.SaveAsync(stamped);
        await catalogue.SaveAsync(other);
        Assert.Equal((clock, TimestampSource.Hardware), ((await catalogue.FindAsync(stamped.Id))!.Clock!, (await catalogue.FindAsync(stamped.Id))!.TimestampSource));
        Assert.Null((await catalogue.FindAsync(other.Id))!.Clock);
    }

    [Fact]
    public void CatalogueFromBefore_IsBroughtUpToDate()
    {
        using (var context = CreateDbContext())
            context.Database.Migrate("Initial");
        var catalogue = new CaptureCatalogue(this);
        catalogue.Migrate();
        Assert.Empty(catalogue.All());
    }

    /// <summary>A capture that was entered before there were events has none.</summary>
    [Fact]
    public async Task CaptureFromBeforeEvents_ComesBackWithout()
    {
        const string Stop = """{"packets":0,"bytes":0,"seconds":0}""";
        var record = Record();
        using (var context = CreateDbContext())
        {
            context.Database.Migrate("Clock");
            context.Database.ExecuteSql(
                $"""
                INSERT INTO Captures (Id, Name, Comment, Interface, Engine, EngineDetail, EngineReason, Mode, Direction, Snaplen, Promiscuous, Hwtstamp, TimestampSource, State, StartedAt, Stop, Files, Statistics)
                VALUES ({record.Id}, '', '', 'eth0', 'Packet', '', '', 'Mirror', 'Both', 96, 1, 0, 'Software', 'Stopped', 1, {Stop}, '[]', {"{}"})
                """);
        }

        var catalogue = new CaptureCatalogue(this);
        catalogue.Migrate();
        var found = (await catalogue.FindAsync(record.Id))!;
        Assert.Equal(("eth0", 0, 0L), (found.Interface, found.Events.Count, found.Statistics.RxDropped));
        var happened = new CaptureEvent(Timestamp.Parse("2026-11-22T17:05:24.123456789Z"), CaptureEventKinds.InterfaceDown, "eth0 went down");
        await catalogue.SaveAsync(found with { Events = [happened] });
        Assert.Equal([happened], (await catalogue.FindAsync(record.Id))!.Events);
    }

    public CatalogueContext CreateDbContext() =>
        new(new DbContextOptionsBuilder<CatalogueContext>().UseSqlite($"Data Source={_folder.PathOf("catalogue.db")};Pooling=false").Options);

    public void Dispose() => _folder.Dispose();

    private static CaptureRecord Record() => new()
    {
        Id = Guid.CreateVersion7(),
        Interface = "eth0",
        Engine = EngineNames.Packet,
        State = CaptureState.Stopped,
        StartedAt = Timestamp.Parse("2026-11-22T17:05:20Z"),
    };
}
