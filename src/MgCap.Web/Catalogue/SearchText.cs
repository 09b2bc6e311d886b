using System.Collections.Frozen;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MgCap.Web.Catalogue;

/// <summary>
/// Text as a search compares it: canonically decomposed (Unicode Standard Annex #15, NFD), each character in lower case, sharp s as
/// ss, final sigma as sigma. The page's capture-search.js does the same. The console runs without ICU, where string.Normalize changes
/// nothing, so the decompositions are in Decompositions.txt; scripts/decompositions.mjs writes it.
/// </summary>
internal static class SearchText
{
    /// <summary>The name of the same function in the database.</summary>
    internal const string FunctionName = "mgcap_fold";

    // The Unicode Standard, section 3.12: Hangul syllables are decomposed by arithmetic.
    private const int FirstSyllable = 0xac00;
    private const int Syllables = 11_172;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int FirstTail = 0x11a7;
    private const int Vowels = 21;
    private const int Tails = 28;

    private static readonly FrozenDictionary<int, string> _decompositions = ReadDecompositions();

    private static readonly FrozenDictionary<int, string> _folded =
        new Dictionary<int, string> { ['ß'] = "ss", ['ẞ'] = "ss", ['ς'] = "σ", ['ſ'] = "s", ['µ'] = "μ" }.ToFrozenDictionary();

    /// <summary>Folds a text.</summary>
    internal static string Fold(string text)
    {
        if (Ascii.IsValid(text))
            return text.ToLowerInvariant();
        var folded = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            foreach (var part in Decompose(rune.Value).EnumerateRunes())
            {
                if (_folded.TryGetValue(part.Value, out var other))
                    folded.Append(other);
                else
                    folded.Append(Rune.ToLowerInvariant(part).ToString());
            }
        }

        // A capital I with a dot is an i to those who write it.
        return folded.Replace("i\u0307", "i").ToString();
    }

    private static string Decompose(int character)
    {
        if (character - FirstSyllable is >= 0 and < Syllables and var place)
        {
            var tail = place % Tails;
            var letters = $"{(char)(FirstLead + place / (Vowels * Tails))}{(char)(FirstVowel + place % (Vowels * Tails) / Tails)}";
            return tail == 0 ? letters : letters + (char)(FirstTail + tail);
        }

        return _decompositions.GetValueOrDefault(character) ?? char.ConvertFromUtf32(character);
    }

    private static FrozenDictionary<int, string> ReadDecompositions()
    {
        using var file = typeof(SearchText).Assembly.GetManifestResourceStream("MgCap.Web.Catalogue.Decompositions.txt")!;
        using var lines = new StreamReader(file);
        var read = new Dictionary<int, string>();
        while (lines.ReadLine() is { } line)
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            read[Number(line[..at])] = string.Concat(line[(at + 1)..].Split(' ').Select(part => char.ConvertFromUtf32(Number(part))));
        }

        return read.ToFrozenDictionary();
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Gives each connection to the catalogue the function.</summary>
    internal sealed class Function : DbConnectionInterceptor
    {
        internal static readonly Function Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Add(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Add(connection);
            return Task.CompletedTask;
        }

        private static void Add(DbConnection connection) =>
            ((SqliteConnection)connection).CreateFunction(FunctionName, (string? text) => text is null ? null : Fold(text), isDeterministic: true);
    }
}
