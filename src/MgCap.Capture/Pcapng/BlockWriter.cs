using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MgCap.Capture.Pcapng;

/// <summary>
/// Writes one block of fields and options, little-endian, or only measures it: one description of a block gives both its
/// length and its bytes (draft-ietf-opsawg-pcapng sections 3.1 and 3.5).
/// </summary>
internal ref struct BlockWriter
{
    private readonly Span<byte> _destination;
    private readonly bool _measuring;

    /// <summary>Measures.</summary>
    public BlockWriter() => _measuring = true;

    /// <summary>Writes; the destination must hold what was measured.</summary>
    public BlockWriter(Span<byte> destination) => _destination = destination;

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    public void Begin(uint blockType)
    {
        UInt32(blockType);
        UInt32(0); // The total length, written by End.
    }

    public void UInt16(ushort value)
    {
        if (!_measuring)
            BinaryPrimitives.WriteUInt16LittleEndian(_destination[Length..], value);
        Length += sizeof(ushort);
    }

    public void UInt32(uint value)
    {
        if (!_measuring)
            BinaryPrimitives.WriteUInt32LittleEndian(_destination[Length..], value);
        Length += sizeof(uint);
    }

    public void UInt64(ulong value)
    {
        if (!_measuring)
            BinaryPrimitives.WriteUInt64LittleEndian(_destination[Length..], value);
        Length += sizeof(ulong);
    }

    /// <summary>A time in ns as two halves, high then low (section 4.3); one before 1970 can't be said and is 0.</summary>
    public void Time(Timestamp time)
    {
        var nanoseconds = (ulong)Math.Max(0, time.Nanoseconds);
        UInt32((uint)(nanoseconds >> 32));
        UInt32((uint)nanoseconds);
    }

    public void Option(ushort code, ReadOnlySpan<byte> value)
    {
        UInt16(code);
        UInt16((ushort)value.Length);
        var padded = PcapngFormat.Padded(value.Length);
        if (!_measuring)
        {
            value.CopyTo(_destination[Length..]);
            _destination[(Length + value.Length)..(Length + padded)].Clear();
        }

        Length += padded;
    }

    public void Option(ushort code, ulong value)
    {
        UInt16(code);
        UInt16(sizeof(ulong));
        UInt64(value);
    }

    public void Option(ushort code, Timestamp time)
    {
        UInt16(code);
        UInt16(sizeof(ulong));
        Time(time);
    }

    /// <summary>Text that is null or empty is left out; text that is too long is cut at a whole character.</summary>
    /// <param name="code">The option's code.</param>
    /// <param name="text">The text.</param>
    /// <param name="prefix">Bytes of the value before the text.</param>
    public void Option(ushort code, string? text, params ReadOnlySpan<byte> prefix)
    {
        if (string.IsNullOrEmpty(text))
            return;
        var most = Math.Min(PcapngFormat.MaxOptionLength, prefix.Length + Encoding.UTF8.GetMaxByteCount(text.Length));
        var value = new byte[most];
        prefix.CopyTo(value);
        Utf8.FromUtf16(text, value.AsSpan(prefix.Length), out _, out var written);
        Option(code, value.AsSpan(0, prefix.Length + written));
    }

    public void EndOfOptions() => UInt32(OptionCode.EndOfOptions);

    /// <summary>Writes the total length at both ends of the block.</summary>
    /// <returns>The total length, in bytes.</returns>
    public int End()
    {
        UInt32((uint)(Length + sizeof(uint)));
        if (!_measuring)
            BinaryPrimitives.WriteUInt32LittleEndian(_destination[sizeof(uint)..], (uint)Length);
        return Length;
    }
}
