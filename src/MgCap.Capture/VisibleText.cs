using System.Buffers;
using System.Globalization;
using System.Text;

namespace MgCap.Capture;

/// <summary>
/// Text as a terminal or a log may have it: names, comments, filters and paths come from others, and control characters in them would be
/// commands to the terminal, or lines that nobody wrote. These and all that is invisible become <c>\u001b</c>, which in a JSON text means
/// the same as the character.
/// </summary>
public static class VisibleText
{
    // Characters that count as letters, symbols or marks, and that nobody sees (Unicode, Default_Ignorable_Code_Point and blanks).
    private static readonly SearchValues<char> _invisible =
        SearchValues.Create("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\uffa0");

    /// <summary>The text with everything escaped that is no visible character or a plain space.</summary>
    public static string Of(string text) => Of(text, lines: false);

    /// <summary>The same of a text of several lines, which it keeps.</summary>
    public static string OfLines(string text) => Of(text, lines: true);

    /// <summary>Whether there is anything to see in a text.</summary>
    public static bool HasVisible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // U+FFFD stands for what is no whole character.
        return text.EnumerateRunes().Any(rune => rune.Value != ' ' && rune != Rune.ReplacementChar && IsVisible(rune));
    }

    private static string Of(string text, bool lines)
    {
        ArgumentNullException.ThrowIfNull(text);
        var printable = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            // What is no whole character, half a surrogate pair, is escaped too.
            var whole = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            if (whole && (IsVisible(rune) || (lines && rune.Value is '\n' or '\t')))
                printable.Append(rest[..length]);
            else
                Escape(printable, rest[..length]);
            rest = rest[length..];
        }

        return printable.ToString();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned => false,
        _ => !rune.IsBmp || !_invisible.Contains((char)rune.Value),
    };

    private static void Escape(StringBuilder printable, ReadOnlySpan<char> units)
    {
        foreach (var unit in units)
            printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
    }
}
