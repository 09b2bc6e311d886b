using System.Text;
using MgCap.Web.Dissection;
using MgCap.Web.Dissection.Search;

namespace MgCap.Web.Tests.Dissection;

/// <summary>Rows as tshark writes them.</summary>
public sealed class PsmlReaderTests
{
    private const string Head = "<?xml version=\"1.0\"?>\n<psml>\n<structure>\n<section>N</section>\n</structure>\n\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10_000)]
    public void Rows_AreReadWhateverThePieces(int piece)
    {
        var bytes = Encoding.Latin1.GetBytes(Head + Packet("1", "1763812800.123456789", "a &lt;b&gt; &amp;amp; caf\u00e9\nline") + Packet("12", "", "x") + "\n</psml>\n");
        var (reader, rows) = (new PsmlReader(), new List<PacketRow>());

        foreach (var part in bytes.Chunk(piece))
            reader.Read(part, rows);

        Assert.Equal(
            [
                new PacketRow(1, new(1763812800_123456789), "src", "dst", "UDP", 96, "a <b> &amp; caf\uFFFD line"),
                new PacketRow(12, null, "src", "dst", "UDP", 96, "x"),
            ], rows);
    }

    [Fact]
    public void Row_WithOtherColumns_IsRefused() =>
        Assert.Throws<FormatException>(() => new PsmlReader().Read(Encoding.UTF8.GetBytes("<packet>\n<section>1</section>\n</packet>\n"), []));

    [Fact]
    public void Line_WithoutEnd_IsNotKeptWhole()
    {
        var (reader, rows) = (new PsmlReader(), new List<PacketRow>());
        reader.Read(Encoding.UTF8.GetBytes(Head + "<packet>\n<section>1</section>\n<section>1.5</section>\n<section>s</section>\n<section>p</section>\n<section>d</section>\n<section>1</section>\n<section>"), rows);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            reader.Read(new byte[10_000].AsSpan(), rows);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 12_000_000, "the line was kept");
        reader.Read("</section>\n</packet>\n"u8, rows);

        Assert.Empty(rows);
    }

    private static string Packet(string number, string time, string info) =>
        $"<packet>\n{string.Concat(((string[])[number, time, "src", "UDP", "dst", "96", info]).Select(column => $"<section>{column}</section>\n"))}</packet>\n\n";
}
