using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MgCap.Web.Dissection;

/// <summary>
/// The display filters that sharkd names for fields, as they can be sent back: bytes that are no text are written as escapes, and a long
/// value is compared by its beginning and its length (wireshark-filter(4), "The Slice Operator", "Functions").
/// </summary>
internal static partial class FieldFilter
{
    /// <summary>The most bytes of a display filter as JSON: with what stands around it in a request, sharkd reads it whole.</summary>
    internal const int MaxDisplayLength = SharkdHelper.MaxRequestLength - 300;

    // So many bytes tell values apart, and people can still read the filter.
    private const int BytesCompared = 256;

    /// <summary>Whether sharkd can be sent a filter of this length.</summary>
    internal static bool Fits(string display) => JsonEncodedText.Encode(display, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.Length <= MaxDisplayLength;

    /// <summary>A filter that can be sent back, and that finds the packet; null where there is none.</summary>
    internal static string? Usable(string filter)
    {
        // Bytes that are no UTF-8 were replaced on the way here: the filter would look for the replacement.
        if (filter.Contains('\ufffd', StringComparison.Ordinal))
            return null;
        var escaped = Escape(filter);
        if (Fits(escaped))
            return escaped;
        return Shorten(escaped) is { } shorter && Fits(shorter) ? shorter : null;
    }

    private static string Escape(string filter)
    {
        if (!filter.Any(char.IsControl))
            return filter;
        var escaped = new StringBuilder();
        foreach (var rune in filter.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
                escaped.AppendJoin("", Encoding.UTF8.GetBytes(rune.ToString()).Select(value => $"\\x{value:x2}"));
            else
                escaped.Append(rune.ToString());
        }

        return escaped.ToString();
    }

    private static string? Shorten(string filter)
    {
        if (FrameBytes().Match(filter) is { Success: true } frame)
            return $"frame[{frame.Groups["start"].Value}:{BytesCompared}] == {Beginning(frame.Groups["bytes"].Value)}";
        if (FieldBytes().Match(filter) is { Success: true } bytes)
        {
            var (name, value) = (bytes.Groups["name"].Value, bytes.Groups["bytes"].Value);
            return Compare(name, BytesCompared, Beginning(value), (value.Length + 1) / 3);
        }

        return FieldText().Match(filter) is { Success: true } text ? ShortenText(text.Groups["name"].Value, text.Groups["text"].Value) : null;
    }

    private static string Beginning(string bytes) => bytes[..(BytesCompared * 3 - 1)];

    /// <summary>Lengths of texts are in bytes, too.</summary>
    private static string ShortenText(string name, string text)
    {
        var (compared, all, end) = (0, 0, 0);
        foreach (Match unit in Unit().Matches(text))
        {
            all += unit.Value[0] == '\\' ? 1 : Encoding.UTF8.GetByteCount(unit.Value);
            if (all <= BytesCompared)
                (compared, end) = (all, unit.Index + unit.Length);
        }

        return Compare(name, compared, $"\"{text[..end]}\"", all);
    }

    private static string Compare(string name, int compared, string beginning, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}[0:{compared}] == {beginning} && len({name}) == {length}");

    [GeneratedRegex(@"\Aframe\[(?<start>\d+):\d+\] == (?<bytes>[0-9a-f]{2}(:[0-9a-f]{2})*)\z")]
    private static partial Regex FrameBytes();

    [GeneratedRegex(@"\A(?<name>[\w.-]+) == (?<bytes>[0-9a-f]{2}(:[0-9a-f]{2})*)\z")]
    private static partial Regex FieldBytes();

    [GeneratedRegex("""\A(?<name>[\w.-]+) == "(?<text>.*)"\z""", RegexOptions.Singleline)]
    private static partial Regex FieldText();

    /// <summary>What stands for one character of a text: an escape, which is one byte, or the character itself.</summary>
    [GeneratedRegex(@"\\x[0-9a-f]{2}|\\[0-7]{1,3}|\\.|[\ud800-\udbff][\udc00-\udfff]|.", RegexOptions.Singleline)]
    private static partial Regex Unit();
}
