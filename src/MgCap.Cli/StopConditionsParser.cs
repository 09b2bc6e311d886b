using System.Globalization;
using MgCap.Capture;

namespace MgCap.Cli;

/// <summary>Reads -c and -a; the latter has dumpcap's form.</summary>
internal static class StopConditionsParser
{
    internal static StopConditions Parse(long count, IEnumerable<string> conditions)
    {
        var stop = new StopConditions(Packets: count);
        foreach (var condition in conditions)
        {
            var parts = condition.Split(':');
            stop = parts switch
            {
                ["seconds" or "duration", var value] when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) => stop with { Seconds = seconds },
                ["bytes", var value] when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => stop with { Bytes = bytes },
                ["packets", var value] when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var packets) => stop with { Packets = packets },
                _ => throw new UsageException($"-a {condition}: write seconds:N, bytes:N or packets:N"),
            };
        }

        return stop;
    }
}
