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
    public DbSet<CaptureRow> Captures => Set<CaptureRow>();

    /// <summary>The schedules.</summary>
    public DbSet<ScheduleRow> Schedules => Set<ScheduleRow>();

    /// <summary>The tokens.</summary>
    public DbSet<TokenRow> Tokens => Set<TokenRow>();

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
        var capture = modelBuilder.Entity<CaptureRow>();
        capture.HasKey(row => row.Id);
        // Rows of version 1 have Xdp, Packet.
        capture.Property(row => row.Engine).HasConversion(name => name, text => text.ToLowerInvariant());
        capture.Property(row => row.Version).HasDefaultValue(1).ValueGeneratedNever();
        capture.Property(row => row.Owner).HasDefaultValue("");
        capture.HasIndex(row => new { row.StartedAt, row.Id });
        capture.HasIndex(row => row.State);
        capture.HasIndex(row => row.Interface);
        capture.Property(row => row.Files).HasConversion(new StoredJson.Column<IReadOnlyList<CaptureFileInfo>>(), new ValueComparer<IReadOnlyList<CaptureFileInfo>>(favorStructuralComparisons: false));
        capture.Property(row => row.Events).HasConversion(new StoredJson.Column<IReadOnlyList<CaptureEvent>>(), new ValueComparer<IReadOnlyList<CaptureEvent>>(favorStructuralComparisons: false));
        capture.Property(row => row.Statistics).HasConversion<StoredJson.Column<CaptureStatistics>>();
        capture.Property(row => row.Clock).HasConversion<StoredJson.Column<CaptureClock>>();
        capture.Property(row => row.Stop).HasConversion<StoredJson.Column<StopConditions>>();
        capture.Property(row => row.Triggers).HasConversion(new StoredJson.Column<IReadOnlyList<RecorderTrigger>>(), new ValueComparer<IReadOnlyList<RecorderTrigger>>(favorStructuralComparisons: false));
        capture.Property(row => row.Recorder).HasConversion<StoredJson.Column<RecorderSettings>>();
        capture.Property(row => row.Rotate).HasConversion<StoredJson.Column<Rotation>>();
        var schedule = modelBuilder.Entity<ScheduleRow>();
        schedule.HasKey(row => row.Id);
        schedule.Property(row => row.Owner).HasDefaultValue("");
        var token = modelBuilder.Entity<TokenRow>();
        token.HasKey(row => row.Id);
        token.HasIndex(row => row.Prefix).IsUnique();
        token.HasIndex(row => row.Name).IsUnique();
        schedule.Property(row => row.Missed).HasConversion(new StoredJson.Column<IReadOnlyList<MissedStart>>(), new ValueComparer<IReadOnlyList<MissedStart>>(favorStructuralComparisons: false));
    }

    private sealed class TimestampConverter() : ValueConverter<Timestamp, long>(time => time.Nanoseconds, nanoseconds => new Timestamp(nanoseconds));
}
