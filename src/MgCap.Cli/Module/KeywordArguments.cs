using System.Globalization;

namespace MgCap.Cli.Module;

/// <summary>Arguments as iproute2 has them: keywords, each with its value, in any order. The interface may stand first without <c>dev</c>.</summary>
internal sealed class KeywordArguments
{
    internal const string Device = "dev";

    private readonly string _command;
    private readonly Dictionary<string, string> _values = [];

    /// <param name="command">Whose arguments, as "mgcap start".</param>
    /// <param name="tokens">What was written.</param>
    /// <param name="keywords">What may be written beside <c>dev</c>.</param>
    /// <exception cref="UsageException">Something else was written.</exception>
    internal KeywordArguments(string command, string[] tokens, params string[] keywords)
    {
        _command = command;
        string[] known = [Device, .. keywords];
        var at = 0;
        if (tokens.Length > 0 && !known.Contains(tokens[0]) && !tokens[0].StartsWith('-'))
            _values[Device] = tokens[at++];
        for (; at < tokens.Length; at += 2)
        {
            var keyword = tokens[at];
            if (!known.Contains(keyword))
                throw Wrong($"'{keyword}' is none of {string.Join(", ", known)}");
            if (at + 1 == tokens.Length)
                throw Wrong($"{keyword} lacks its value");
            if (!_values.TryAdd(keyword, tokens[at + 1]))
                throw Wrong($"{keyword} is given twice");
        }
    }

    /// <summary>The value of a keyword; null where it was not given.</summary>
    internal string? this[string keyword] => _values.GetValueOrDefault(keyword);

    internal string Required(string keyword) => this[keyword] ?? throw Wrong($"{keyword} is missing");

    internal string Choice(string keyword, string value, params string[] values) =>
        values.Contains(value) ? value : throw Wrong($"{keyword} is {string.Join(" or ", values)}, not '{value}'");

    /// <summary>A whole number in a range; null where it was not given.</summary>
    internal int? Number(string keyword, int least, int most)
    {
        if (this[keyword] is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong($"{keyword} is a whole number from {least} to {most}, not '{text}'");
    }

    internal UsageException Wrong(string problem) => new($"{problem}. Try '{_command} --help'.");
}
