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

    public CatalogueContext CreateDbContext() =>
        new(new DbContextOptionsBuilder<CatalogueContext>().UseSqlite($"Data Source={_folder.PathOf("catalogue.db")};Pooling=false").Options);

    public void Dispose() => _folder.Dispose();

    private static CaptureRecord Record() => new()
    {
        Id = Guid.CreateVersion7(),
        Interface = "eth0",
        Engine = CaptureEngineKind.Packet,
        State = CaptureState.Stopped,
        StartedAt = Timestamp.Parse("2026-11-22T17:05:20Z"),
    };
}
