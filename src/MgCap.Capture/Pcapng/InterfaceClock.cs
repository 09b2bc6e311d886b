namespace MgCap.Capture.Pcapng;

/// <summary>
/// How the times of one interface are counted: if_tsresol and if_tsoffset (draft-ietf-opsawg-pcapng section 4.2).
/// </summary>
/// <param name="Resolution">
/// Units of a second: 10^-n, or with the highest bit set 2^-n, where n are the lower seven bits.
/// </param>
/// <param name="OffsetSeconds">Seconds to add to every time.</param>
internal readonly record struct InterfaceClock(byte Resolution, long OffsetSeconds)
{
    /// <summary>What MgCap writes.</summary>
    public const byte Nanoseconds = 9;

    /// <summary>What an interface counts in that does not say.</summary>
    public const byte Microseconds = 6;

    private const int PowerOfTwo = 0x80;
    private const int NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The instant, rounded down to a nanosecond; the nearest that a <see cref="Timestamp"/> can hold.</summary>
    public Timestamp ToTimestamp(ulong units)
    {
        if (this is { Resolution: Nanoseconds, OffsetSeconds: 0 } && units <= long.MaxValue)
            return new Timestamp((long)units);

        var nanoseconds = (Int128)ToNanoseconds(units) + (Int128)OffsetSeconds * NanosecondsPerSecond;
        return new Timestamp((long)Int128.Clamp(nanoseconds, long.MinValue, long.MaxValue));
    }

    /// <summary>At most 2^64 * 10^9, which needs 94 bits.</summary>
    private UInt128 ToNanoseconds(ulong units)
    {
        var exponent = Resolution & ~PowerOfTwo;
        if ((Resolution & PowerOfTwo) != 0)
            return ((UInt128)units * NanosecondsPerSecond) >> exponent;
        if (exponent <= Nanoseconds)
            return (UInt128)units * PowerOfTen(Nanoseconds - exponent);
        return exponent - Nanoseconds <= 19 ? units / PowerOfTen(exponent - Nanoseconds) : 0;
    }

    private static ulong PowerOfTen(int exponent)
    {
        var power = 1UL;
        for (; exponent > 0; exponent--)
            power *= 10;
        return power;
    }
}
