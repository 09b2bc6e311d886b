using System.Globalization;
using System.Text;
using MgCap.Capture;

namespace MgCap.Web.Dissection.Search;

/// <summary>
/// Reads the rows that tshark writes as PSML: a packet's columns, each between section tags on lines of their own. What a packet says has
/// its angle brackets escaped, so it can't end a column. Columns: number, time since 1970 in seconds, source, protocol, destination, length, info.
/// </summary>
internal sealed class PsmlReader
{
    /// <summary>The columns, as tshark's option gui.column.format names them.</summary>
    internal const string Columns = "\"N\",\"%m\",\"T\",\"%t\",\"S\",\"%s\",\"P\",\"%p\",\"D\",\"%d\",\"L\",\"%L\",\"I\",\"%i\"";

    private const int ColumnCount = 7;

    /// <summary>More than a column has: beyond it, it is cut off.</summary>
    private const int MaxColumnBytes = 64 * 1024;

    private readonly List<byte> _line = [];
    private readonly List<byte> _column = [];
    private readonly List<string> _columns = [];
    private bool _inColumn;

    /// <summary>Takes what was read, and adds the rows that it completes.</summary>
    /// <exception cref="FormatException">A row has another shape.</exception>
    internal void Read(ReadOnlySpan<byte> bytes, List<PacketRow> rows)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                Keep(_line, bytes);
                return;
            }

            Keep(_line, bytes[..end]);
            bytes = bytes[(end + 1)..];
            Take([.. _line], rows);
            _line.Clear();
        }
    }

    private void Take(ReadOnlySpan<byte> line, List<PacketRow> rows)
    {
        if (!_inColumn)
        {
            if (line.StartsWith("<packet>"u8))
                _columns.Clear();
            else if (line.StartsWith("</packet>"u8))
                rows.Add(Row());
            if (!line.StartsWith("<section>"u8))
                return;
            _inColumn = true;
            _column.Clear();
            line = line["<section>"u8.Length..];
        }
        else
        {
            // A column with a line feed in it.
            Keep(_column, " "u8);
        }

        var end = line.IndexOf("</section>"u8);
        Keep(_column, end < 0 ? line : line[..end]);
        if (end < 0)
            return;
        _inColumn = false;
        _columns.Add(Unescape(Encoding.UTF8.GetString([.. _column])));
    }

    private static void Keep(List<byte> kept, ReadOnlySpan<byte> bytes) => kept.AddRange(bytes[..Math.Min(bytes.Length, Math.Max(0, MaxColumnBytes - kept.Count))]);

    private static string Unescape(string text) => text.Contains('&')
        ? text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&apos;", "'", StringComparison.Ordinal).Replace("&#x27;", "'", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
        : text;

    private PacketRow Row()
    {
        if (_columns.Count != ColumnCount)
            throw new FormatException($"tshark wrote {_columns.Count} columns, not {ColumnCount}");
        var number = long.Parse(_columns[0].AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
        _ = long.TryParse(_columns[5].AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length);
        return new PacketRow(number, Time(_columns[1]), _columns[2], _columns[4], _columns[3], length, _columns[6]);
    }

    /// <summary>Seconds since 1970 with up to nine fraction digits, which are more than a double has.</summary>
    private static Timestamp? Time(string text) =>
        decimal.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds * 1_000_000_000 is >= long.MinValue and <= long.MaxValue
            ? new Timestamp((long)(seconds * 1_000_000_000)) : null;
}
