namespace MgCap.Capture.Pcapng;

/// <summary>
/// The options at the end of a block's body, gone through in order: <c>while (options.MoveNext())</c>
/// (draft-ietf-opsawg-pcapng section 3.5). A list may end without opt_endofopt.
/// </summary>
internal ref struct OptionList(ReadOnlySpan<byte> bytes, ByteOrder order)
{
    private const int HeadLength = 4;

    private ReadOnlySpan<byte> _rest = bytes;

    public ushort Code { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether an option ran over the end of its block; nothing follows it then.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Steps to the next option; false after the last one, or where the list is damaged.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        if (_rest.Length < HeadLength)
            return Damaged();
        Code = order.UInt16(_rest);
        if (Code == OptionCode.EndOfOptions)
        {
            _rest = default;
            return false;
        }

        int length = order.UInt16(_rest[2..]);
        if (_rest.Length < HeadLength + PcapngFormat.Padded(length))
            return Damaged();
        Value = _rest.Slice(HeadLength, length);
        _rest = _rest[(HeadLength + PcapngFormat.Padded(length))..];
        return true;
    }

    /// <summary>The value of the first option with that code, looked for in a copy of the list.</summary>
    public readonly bool TryFind(ushort code, out ReadOnlySpan<byte> value)
    {
        var options = this;
        while (options.MoveNext())
        {
            if (options.Code == code)
            {
                value = options.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    private bool Damaged()
    {
        IsDamaged = true;
        _rest = default;
        return false;
    }
}
