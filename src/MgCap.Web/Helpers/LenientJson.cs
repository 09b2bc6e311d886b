using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MgCap.Web.Helpers;

/// <summary>
/// JSON as other programs write it, with what they took from packets: bytes that are no UTF-8, control characters, halves of surrogate
/// pairs, escapes that there are not, numbers that are none. What is wrong becomes U+FFFD, a blank or null, and the rest is read.
/// </summary>
internal static class LenientJson
{
    /// <summary>Reads a text.</summary>
    /// <param name="json">The text. It stays in use until the result is disposed.</param>
    /// <param name="depth">How deep it may be nested.</param>
    /// <exception cref="JsonException">It is no JSON in spite of all that, or nested deeper.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> json, int depth)
    {
        var options = new JsonDocumentOptions { MaxDepth = depth };
        // A string is read as UTF-8 only when it is asked for, so this has to be looked at first.
        if (!Utf8.IsValid(json.Span))
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json.Span));
        try
        {
            return JsonDocument.Parse(json, options);
        }
        catch (JsonException)
        {
            return JsonDocument.Parse(Repair(json.Span), options);
        }
    }

    /// <summary>A string's text; a number's or a word's as it is written; nothing for anything else.</summary>
    internal static string Text(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return element.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? element.GetRawText() : "";
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return Unescape(element.GetRawText().AsSpan()[1..^1]);
        }
    }

    private static string Unescape(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            var escape = text[++i];
            if (escape != 'u')
            {
                result.Append(escape switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => escape });
                continue;
            }

            result.Append((char)ushort.Parse(text.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 4;
        }

        // The encoder puts U+FFFD in the place of each half that stands alone.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(result.ToString()));
    }

    private static byte[] Repair(ReadOnlySpan<byte> json)
    {
        var result = new List<byte>(json.Length + 64);
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var at = json[i];
            if (!inString && (char.IsAsciiLetter((char)at) || (at == '-' && i + 1 < json.Length && char.IsAsciiLetter((char)json[i + 1]))))
            {
                var word = json[i..];
                word = word[..(1 + LettersIn(word[1..]))];
                i += word.Length - 1;
                result.AddRange(word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8) ? word : "null"u8);
            }
            else if (inString && at == '\\')
            {
                var length = EscapeLength(json[i..]);
                if (length == 0)
                {
                    result.AddRange("\\\\"u8);
                    continue;
                }

                result.AddRange(json.Slice(i, length));
                i += length - 1;
            }
            else
            {
                inString ^= at == '"';
                result.Add(at < ' ' ? (byte)' ' : at);
            }
        }

        return [.. result];
    }

    private static int LettersIn(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetter((char)text[length]))
            length++;
        return length;
    }

    /// <summary>How long the escape is that a text begins with; 0 where it is none.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
            return 0;
        if (text[1] != 'u')
            return "\"\\/bfnrt"u8.Contains(text[1]) ? 2 : 0;
        return text.Length >= 6 && IsHex(text[2..6]) ? 6 : 0;
    }

    private static bool IsHex(ReadOnlySpan<byte> text)
    {
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigit((char)digit))
                return false;
        }

        return true;
    }
}
