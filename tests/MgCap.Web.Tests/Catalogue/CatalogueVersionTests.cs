using MgCap.Capture;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;
using MgCap.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MgCap.Web.Tests.Catalogue;

/// <summary>Catalogues of the version before and of one to come.</summary>
public sealed class CatalogueVersionTests : IDbContextFactory<CatalogueContext>, IDisposable
{
    private static readonly Guid _id = Guid.Parse("019a9b1e-0000-7000-8000-000000000001");

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.PathOf("catalogue.db");

    /// <summary>A capture as the version before rows had versions wrote it: that version's own texts.</summary>
    [Fact]
    public async Task RowOfTheVersionBefore_IsReadAndStays()
    {
        InsertOld(
            files: """[{"name":"20261129T160000Z-eth0.pcapng","bytes":1848,"packets":10,"firstPacketAt":"2026-11-29T16:00:01.5Z","lastPacketAt":"2026-11-29T16:00:02.25Z"}]""",
            statistics: """{"received":12,"filtered":2,"captured":10,"capturedBytes":960,"wireBytes":1000,"softwareStamped":0,"dropped":{"nic":0,"ring":0,"writer":0,"total":0},"rxDropped":1,"packetsPerSecond":0,"bitsPerSecond":0,"queues":[{"queue":0,"name":"rx0","received":12,"filtered":2,"captured":10,"wireBytes":1000,"softwareStamped":0,"dropped":0,"ringDropped":0,"writerDropped":0,"packetsPerSecond":0,"bitsPerSecond":0,"ringFill":0}]}""");
        var catalogue = new CaptureCatalogue(this);
        catalogue.Migrate();

        var found = (await catalogue.FindAsync(_id))!;

        Assert.Equal(("noon", CaptureState.Stopped, StopReason.User), (found.Name, found.State, found.StopReason));
        Assert.Equal((12L, 2L, 10L, 1L), (found.Statistics.Received, found.Statistics.Filtered, found.Statistics.Captured, found.Statistics.RxDropped));
        Assert.Equal(("rx0", 10L), (Assert.Single(found.Statistics.Queues).Name, found.Statistics.Queues[0].Captured));
        Assert.Equal(Timestamp.Parse("2026-11-29T16:00:01.5Z"), Assert.Single(found.Files).FirstPacketAt);
        Assert.Equal(CaptureEventKinds.InterfaceDown, Assert.Single(found.Events).What);
        Assert.Equal(1, VersionOf(_id));
        await catalogue.SaveAsync(found with { Name = "afternoon" });
        Assert.Equal(CaptureRow.CurrentVersion, VersionOf(_id));
        Assert.Equal("afternoon", (await catalogue.FindAsync(_id))!.Name);
    }

    /// <summary>A stored type may gain and lose properties.</summary>
    [Theory]
    [InlineData("""{}""", 0)]
    [InlineData("""{"received":7,"ofAnotherTime":{"a":[1,2]},"dropped":{"nic":1,"more":2}}""", 7)]
    public async Task WhatIsMissingOrNotKnown_IsPassedOver(string statistics, long received)
    {
        InsertOld(files: """[{"name":"a.pcapng","bytes":1,"packets":0,"ofAnotherTime":true}]""", statistics);
        var catalogue = new CaptureCatalogue(this);
        catalogue.Migrate();

        var found = (await catalogue.FindAsync(_id))!;

        Assert.Equal(received, found.Statistics.Received);
        Assert.Equal(("a.pcapng", null), (found.Files[0].Name, found.Files[0].FirstPacketAt));
    }

    [Fact]
    public void CatalogueOfAVersionToCome_IsRefusedAndLeftAsItIs()
    {
        new CaptureCatalogue(this).Migrate();
        using (var context = CreateDbContext())
            context.Database.ExecuteSql($"INSERT INTO __EFMigrationsHistory VALUES ('20990101000000_Flux', '99.0')");
        var before = File.ReadAllBytes(FilePath);

        var refused = Assert.Throws<ConfigurationException>(() => new CaptureCatalogue(this).Migrate());

        Assert.Contains("written by a newer MgCap (20990101000000_Flux)", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"mv {FilePath} {FilePath}.newer", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(FilePath));
    }

    public CatalogueContext CreateDbContext() => new(new DbContextOptionsBuilder<CatalogueContext>().UseSqlite($"Data Source={FilePath};Pooling=false").Options);

    public void Dispose() => _folder.Dispose();

    private void InsertOld(string files, string statistics)
    {
        const string Events = """[{"at":"2026-11-29T16:00:01Z","what":"interface_down","detail":"eth0 went down"}]""";
        const string Stop = """{"packets":0,"bytes":0,"seconds":0}""";
        using var context = CreateDbContext();
        context.Database.Migrate("Events");
        context.Database.ExecuteSql(
            $"""
            INSERT INTO Captures (Id, Name, Comment, Interface, Engine, EngineDetail, EngineReason, Mode, Direction, Snaplen, Promiscuous, Hwtstamp, TimestampSource, State, StopReason, StartedAt, StoppedAt, Stop, Files, Events, Statistics)
            VALUES ({_id}, 'noon', '', 'eth0', 'Xdp', 'native', 'auto', 'Mirror', 'Both', 96, 1, 0, 'Software', 'Stopped', 'User', 1764432000000000000, 1764432003000000000, {Stop}, {files}, {Events}, {statistics})
            """);
    }

    private int VersionOf(Guid id)
    {
        using var context = CreateDbContext();
        return context.Captures.Single(row => row.Id == id).Version;
    }
}
