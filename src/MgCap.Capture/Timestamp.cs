using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MgCap.Capture;

/// <summary>
/// An instant in UTC, counted in whole nanoseconds since 1970-01-01T00:00:00Z: from 1677-09-21 to 2262-04-11.
/// Its text, in JSON too, is RFC 3339: <c>2026-11-22T17:05:24.123456789Z</c>, with no fraction digit that says nothing.
/// </summary>
/// <param name="Nanoseconds">Nanoseconds since 1970-01-01T00:00:00Z; negative before that.</param>
[JsonConverter(typeof(TimestampJsonConverter))]
public readonly record struct Timestamp(long Nanoseconds) : IComparable<Timestamp>, IParsable<Timestamp>
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The longest text, in characters.</summary>
    internal const int MaxTextLength = 30;

    /// <summary>The instant that <paramref name="clock"/> shows; clocks of .NET count in steps of 100 ns.</summary>
    public static Timestamp Now(TimeProvider clock) => FromDateTime(clock.GetUtcNow());

    /// <summary>What the machine's real-time clock shows, as the kernel's time stamps have it: nanoseconds since 1970-01-01 UTC, in steps of 100.</summary>
    internal static long MachineNow() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;

    /// <summary>The same instant, exactly.</summary>
    /// <exception cref="OverflowException">It is before 1677-09-21 or after 2262-04-11.</exception>
    public static Timestamp FromDateTime(DateTimeOffset time) =>
        new(checked((time.UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick));

    /// <summary>The instant in UTC, rounded down to the 100 ns that .NET's clock types can hold.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        var (ticks, rest) = Math.DivRem(Nanoseconds, TimeSpan.NanosecondsPerTick);
        return DateTimeOffset.UnixEpoch.AddTicks(rest < 0 ? ticks - 1 : ticks);
    }

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>RFC 3339 in UTC, with the fraction digits that are needed, up to nine.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        return text[..Format(text)].ToString();
    }

    /// <summary>Writes the text of <see cref="ToString"/> into at least <see cref="MaxTextLength"/> characters.</summary>
    /// <returns>Characters written.</returns>
    internal int Format(Span<char> text)
    {
        var (seconds, fraction) = Math.DivRem(Nanoseconds, NanosecondsPerSecond);
        if (fraction < 0)
        {
            seconds--;
            fraction += NanosecondsPerSecond;
        }

        var whole = DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond);
        whole.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        if (fraction != 0)
        {
            text[length] = '.';
            fraction.TryFormat(text[(length + 1)..], out var digits, "D9", CultureInfo.InvariantCulture);
            length += 1 + digits;
            while (text[length - 1] == '0')
                length--;
        }

        text[length] = 'Z';
        return length + 1;
    }

    /// <summary>Reads an RFC 3339 date and time with any offset and up to nine fraction digits.</summary>
    /// <exception cref="FormatException">The text is not that, or the instant is out of range.</exception>
    public static Timestamp Parse(string s) => TryParse(s.AsSpan(), out var time)
        ? time
        : throw new FormatException($"\"{s}\" is not an RFC 3339 time like 2026-11-22T17:05:24.123456789Z");

    /// <inheritdoc cref="Parse(string)"/>
    public static Timestamp Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Timestamp)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Timestamp result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads an RFC 3339 date and time with any offset and up to nine fraction digits.</summary>
    /// <returns>False where the text is not that, or the instant is out of range.</returns>
    /// <remarks>A leap second (second 60) has no place in a count of nanoseconds since 1970 and is refused.</remarks>
    public static bool TryParse(ReadOnlySpan<char> s, out Timestamp result)
    {
        result = default;
        if (!Rfc3339.TryReadSeconds(ref s, out var seconds)
            || !Rfc3339.TryReadFraction(ref s, out var fraction)
            || !Rfc3339.TryReadOffset(ref s, out var offset)
            || !s.IsEmpty)
            return false;

        var nanoseconds = (Int128)(seconds - offset) * NanosecondsPerSecond + fraction;
        if (nanoseconds < long.MinValue || nanoseconds > long.MaxValue)
            return false;
        result = new Timestamp((long)nanoseconds);
        return true;
    }

    /// <summary>Earlier.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Later.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>The parts of a time (RFC 3339 section 5.6); each takes what it read off the front of the text.</summary>
    private static class Rfc3339
    {
        public static bool TryReadSeconds(ref ReadOnlySpan<char> s, out long seconds)
        {
            seconds = 0;
            if (s.Length < 19
                || s[4] != '-' || s[7] != '-' || s[10] is not ('T' or 't' or ' ') || s[13] != ':' || s[16] != ':'
                || !TryNumber(s[..4], 1, 9999, out var year) || !TryNumber(s[5..7], 1, 12, out var month)
                || !TryNumber(s[8..10], 1, DateTime.DaysInMonth(year, month), out var day)
                || !TryNumber(s[11..13], 0, 23, out var hour) || !TryNumber(s[14..16], 0, 59, out var minute)
                || !TryNumber(s[17..19], 0, 59, out var second))
                return false;
            var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc) - DateTime.UnixEpoch;
            seconds = ticks.Ticks / TimeSpan.TicksPerSecond;
            s = s[19..];
            return true;
        }

        public static bool TryReadFraction(ref ReadOnlySpan<char> s, out long nanoseconds)
        {
            nanoseconds = 0;
            if (s is not ['.', .. var rest])
                return true;
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9 || !TryNumber(rest[..digits], 0, int.MaxValue, out var value))
                return false;
            nanoseconds = value;
            for (var missing = 9 - digits; missing > 0; missing--)
                nanoseconds *= 10;
            s = rest[digits..];
            return true;
        }

        public static bool TryReadOffset(ref ReadOnlySpan<char> s, out long seconds)
        {
            seconds = 0;
            if (s is ['Z' or 'z', .. var afterZ])
            {
                s = afterZ;
                return true;
            }

            if (s.Length < 6 || s[0] is not ('+' or '-') || s[3] != ':'
                || !TryNumber(s[1..3], 0, 23, out var hours) || !TryNumber(s[4..6], 0, 59, out var minutes))
                return false;
            seconds = ((hours * 60) + minutes) * (s[0] == '-' ? -60 : 60);
            s = s[6..];
            return true;
        }

        private static bool TryNumber(ReadOnlySpan<char> digits, int least, int most, out int value) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
    }
}

/// <summary>A <see cref="Timestamp"/> in JSON: a string, RFC 3339 in UTC with up to nine fraction digits.</summary>
public sealed class TimestampJsonConverter : JsonConverter<Timestamp>
{
    /// <inheritdoc/>
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Timestamp.TryParse(reader.GetString(), null, out var time)
            ? time
            : throw new JsonException("Expected an RFC 3339 time like \"2026-11-22T17:05:24.123456789Z\".");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[Timestamp.MaxTextLength];
        writer.WriteStringValue(text[..value.Format(text)]);
    }
}
