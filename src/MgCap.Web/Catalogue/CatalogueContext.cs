using System.Text.Json;
using MgCap.Capture;
using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Statistics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MgCap.Web.Catalogue;

/// <summary>The catalogue's database. What is only ever read whole is kept as JSON.</summary>
public sealed class CatalogueContext(DbContextOptions<CatalogueContext> options) : DbContext(options)
{
    /// <summary>The captures.</summary>
    public DbSet<CaptureRecord> Captures => Set<CaptureRecord>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Timestamp>().HaveConversion<TimestampConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var capture = modelBuilder.Entity<CaptureRecord>();
        capture.HasKey(record => record.Id);
        capture.HasIndex(record => new { record.StartedAt, record.Id });
        capture.HasIndex(record => record.State);
        capture.HasIndex(record => record.Interface);
        capture.Property(record => record.Files).HasConversion(new AsJson<IReadOnlyList<CaptureFileInfo>>(), new ValueComparer<IReadOnlyList<CaptureFileInfo>>(favorStructuralComparisons: false));
        capture.Property(record => record.Statistics).HasConversion<AsJson<CaptureStatistics>>();
        capture.Property(record => record.Clock).HasConversion<AsJson<CaptureClock>>();
        capture.Property(record => record.Stop).HasConversion<AsJson<StopConditions>>();
    }

    private sealed class TimestampConverter() : ValueConverter<Timestamp, long>(time => time.Nanoseconds, nanoseconds => new Timestamp(nanoseconds));

    private sealed class AsJson<T>() : ValueConverter<T, string>(
        value => JsonSerializer.Serialize(value, JsonShape.Options),
        text => JsonSerializer.Deserialize<T>(text, JsonShape.Options)!);
}
