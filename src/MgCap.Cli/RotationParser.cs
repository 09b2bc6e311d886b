using System.Globalization;
using MgCap.Capture;

namespace MgCap.Cli;

/// <summary>What -b asks for.</summary>
/// <param name="Rotation">When a new file begins; null where the capture has one.</param>
/// <param name="PrintNames">Where the names of files that have ended go: a file, - for standard output, stderr; null for nowhere.</param>
internal sealed record DumpRotation(Rotation? Rotation, string? PrintNames);

/// <summary>Reads -b, which has dumpcap's form.</summary>
internal static class RotationParser
{
    private const long BytesPerKilobyte = 1000;

    internal static DumpRotation Parse(IReadOnlyList<string> conditions)
    {
        if (conditions.Count == 0)
            return new DumpRotation(null, null);
        var (rotation, printNames) = (new Rotation(), (string?)null);
        foreach (var condition in conditions)
        {
            switch (condition.Split(':', 2))
            {
                case ["filesize", var text] when Whole(text) is <= long.MaxValue / BytesPerKilobyte and var kilobytes:
                    rotation = rotation with { Bytes = kilobytes * BytesPerKilobyte };
                    break;
                case ["bytes", var text] when Whole(text) is { } bytes:
                    rotation = rotation with { Bytes = bytes };
                    break;
                case ["duration" or "seconds", var text] when Seconds(text) is { } seconds:
                    rotation = OneTime(rotation) with { Seconds = seconds };
                    break;
                case ["interval", var text] when Seconds(text) is { } seconds:
                    rotation = OneTime(rotation) with { Seconds = seconds, Align = true };
                    break;
                case ["packets", var text] when Whole(text) is { } packets:
                    rotation = rotation with { Packets = packets };
                    break;
                case ["files", var text] when Whole(text) is <= int.MaxValue and var files:
                    rotation = rotation with { Files = (int)files };
                    break;
                case ["printname", var name] when name != "":
                    printNames = name;
                    break;
                default:
                    throw new UsageException(
                        $"-b {condition}: write filesize:KB (of 1000 bytes), duration:SECONDS, interval:SECONDS or packets:N, each at least 1, and with them files:N and printname:FILE");
            }
        }

        return new DumpRotation(rotation, printNames);
    }

    private static Rotation OneTime(Rotation rotation) =>
        rotation.Seconds == 0 ? rotation : throw new UsageException("one of -b duration: and -b interval: at a time; interval begins files at whole multiples");

    private static long? Whole(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;

    private static double? Seconds(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;
}
