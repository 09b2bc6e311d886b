namespace MgCap.Capture;

/// <summary>
/// What people call things: any text that others see as it was meant. What nobody sees names nothing, and characters that turn the direction of text
/// around, or that are commands to a terminal, change what stands beside them.
/// </summary>
public static class FreeText
{
    // Unicode, Bidi_Control.
    private const string BidiControls = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private const string LineSeparators = "\u2028\u2029";

    /// <summary>Says what is wrong with a text.</summary>
    /// <param name="text">The text; it may be empty.</param>
    /// <param name="maxLength">The most characters (UTF-16 code units) that it may have.</param>
    /// <param name="lines">Whether it may have several lines, and tabs.</param>
    /// <returns>null when nothing is.</returns>
    public static string? Problem(string text, int maxLength, bool lines)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > maxLength)
            return $"must be at most {maxLength} characters; this one has {text.Length}";
        foreach (var character in text)
        {
            if (IsRefused(character, lines))
                return $"must have no control characters, and none that change the direction of text; this one has U+{(int)character:X4}";
        }

        if (!IsWhole(text))
            return "must be Unicode text; this one has half of a surrogate pair";
        return text.Length > 0 && !VisibleText.HasVisible(text) ? "must have a character that can be seen, or be left out" : null;
    }

    private static bool IsRefused(char character, bool lines) =>
        BidiControls.Contains(character) || LineSeparators.Contains(character)
        || (char.IsControl(character) && !(lines && character is '\n' or '\r' or '\t'));

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
                return false;
        }

        return true;
    }
}
