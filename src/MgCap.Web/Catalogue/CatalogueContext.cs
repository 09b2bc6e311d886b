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

    /// <summary>Text as a search compares it: see <see cref="SearchText"/>. For queries only.</summary>
    internal static string Fold(string text) => SearchText.Fold(text);

    /// <inheritdoc/>
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.AddInterceptors(SearchText.Function.Instance);

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Timestamp>().HaveConversion<TimestampConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDbFunction(() => Fold(default!)).HasName(SearchText.FunctionName);
        var capture = modelBuilder.Entity<CaptureRecord>();
        capture.HasKey(record => record.Id);
        capture.HasIndex(record => new { record.StartedAt, record.Id });
        capture.HasIndex(record => record.State);
        capture.HasIndex(record => record.Interface);
        capture.Property(record => record.Files).HasConversion(new AsJson<IReadOnlyList<CaptureFileInfo>>(), new ValueComparer<IReadOnlyList<CaptureFileInfo>>(favorStructuralComparisons: false));
        capture.Property(record => record.Events).HasConversion(new AsJson<IReadOnlyList<CaptureEvent>>(), new ValueComparer<IReadOnlyList<CaptureEvent>>(favorStructuralComparisons: false));
        capture.Property(record => record.Statistics).HasConversion<AsJson<CaptureStatistics>>();
        capture.Property(record => record.Clock).HasConversion<AsJson<CaptureClock>>();
        capture.Property(record => record.Stop).HasConversion<AsJson<StopConditions>>();
    }

    private sealed class TimestampConverter() : ValueConverter<Timestamp, long>(time => time.Nanoseconds, nanoseconds => new Timestamp(nanoseconds));

    private sealed class AsJson<T>() : ValueConverter<T, string>(
        value => JsonSerializer.Serialize(value, JsonConventions.Options),
        text => JsonSerializer.Deserialize<T>(text, JsonConventions.Options)!);
}
