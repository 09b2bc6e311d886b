using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace MgCap.Cli;

/// <summary>Kinds of options that several commands have.</summary>
internal static class CommandOptions
{
    internal static Option<string> Choice(string name, string? alias, string description, params string[] values)
    {
        var option = Choice<string>(name, alias, description, values);
        option.DefaultValueFactory = _ => values[0];
        return option;
    }

    internal static Option<T> Choice<T>(string name, string? alias, string description, params string[] values)
    {
        var option = new Option<T>(name, alias is null ? [] : [alias]) { Description = description, HelpName = string.Join('|', values) };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    internal static Option<T> Number<T>(string name, string? alias, string helpName, string description, T defaultValue)
        where T : struct, INumberBase<T> => new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => defaultValue,
            CustomParser = WholeNumber<T>,
        };

    internal static T WholeNumber<T>(ArgumentResult argument)
        where T : struct, INumberBase<T>
    {
        var text = argument.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        argument.AddError($"{(argument.Parent as OptionResult)?.IdentifierToken?.Value} {text}: write a whole number");
        return default;
    }
}
