using System.Globalization;
using MgCap.Capture;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace MgCap.Web.Configuration;

/// <summary>
/// Passes on events whose values are visible text: what comes from requests can't move a terminal's cursor, and makes no line of its own.
/// Long values are cut; the log's file has them whole. Lines of an exception are indented, as no other line is.
/// </summary>
internal sealed class VisibleEventSink(ILogEventSink inner) : ILogEventSink, IDisposable
{
    private const int MaxLength = 1000;

    public void Emit(LogEvent logEvent) => inner.Emit(new LogEvent(
        logEvent.Timestamp, logEvent.Level, logEvent.Exception is { } exception ? new VisibleException(exception) : null, logEvent.MessageTemplate,
        logEvent.Properties.Select(property => new LogEventProperty(property.Key, Visible(property.Value)))));

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static LogEventPropertyValue Visible(LogEventPropertyValue value) => value switch
    {
        ScalarValue scalar => Visible(scalar),
        SequenceValue sequence => new SequenceValue(sequence.Elements.Select(Visible)),
        StructureValue structure => new StructureValue(structure.Properties.Select(property => new LogEventProperty(property.Name, Visible(property.Value))), structure.TypeTag),
        DictionaryValue dictionary => new DictionaryValue(dictionary.Elements.Select(each => KeyValuePair.Create(Visible(each.Key), Visible(each.Value)))),
        _ => value,
    };

    private static ScalarValue Visible(ScalarValue scalar) => scalar.Value switch
    {
        null or bool or IFormattable => scalar,
        var value when value.ToString() is { Length: > MaxLength } text => new ScalarValue($"{VisibleText.Of(text[..MaxLength])}… ({text.Length} characters)"),
        var value => new ScalarValue(VisibleText.Of(value.ToString() ?? "")),
    };

    /// <summary>An exception as text.</summary>
    private sealed class VisibleException(Exception exception) : Exception
    {
        public override string ToString() => "  " + VisibleText.OfLines(exception.ToString()).Replace("\n", "\n  ", StringComparison.Ordinal);
    }
}

/// <summary>Writes each event as one line of JSON in which every character can be seen; the others are escaped, so it means the same.</summary>
internal sealed class VisibleJsonFormatter(ITextFormatter json) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        json.Format(logEvent, line);
        output.Write(VisibleText.OfLines(line.ToString()));
    }
}
