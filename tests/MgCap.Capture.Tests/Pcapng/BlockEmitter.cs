namespace MgCap.Capture.Tests.Pcapng;

/// <summary>
/// PCAP-NG written block by block, in either byte order, sound or not: what the reader must cope with and MgCap itself never writes.
/// It shares nothing with the encoder.
/// </summary>
internal sealed class BlockEmitter(bool bigEndian = false)
{
    private readonly List<byte> _file = [];

    public byte[] ToArray() => [.. _file];

    public MemoryStream ToStream() => new([.. _file]);

    public byte[] U16(int value) => Ordered(BitConverter.GetBytes((ushort)value));

    public byte[] U32(uint value) => Ordered(BitConverter.GetBytes(value));

    public byte[] U64(ulong value) => Ordered(BitConverter.GetBytes(value));

    /// <summary>A time: the high half, then the low one.</summary>
    public byte[] Time(ulong value) => [.. U32((uint)(value >> 32)), .. U32((uint)value)];

    public byte[] Option(int code, params byte[] value) => [.. U16(code), .. U16(value.Length), .. Padded(value)];

    public static byte[] Padded(params byte[] value) => [.. value, .. new byte[(4 - value.Length % 4) % 4]];

    public BlockEmitter Block(uint type, params byte[] body)
    {
        var length = U32((uint)body.Length + 12);
        return Raw([.. U32(type), .. length, .. body, .. length]);
    }

    public BlockEmitter Raw(params byte[] bytes)
    {
        _file.AddRange(bytes);
        return this;
    }

    public BlockEmitter Section(int major = 1, int minor = 0, params byte[] options) =>
        Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U16(major), .. U16(minor), .. U64(ulong.MaxValue), .. options]);

    public BlockEmitter Interface(int linkType = 1, uint snapLength = 0, params byte[] options) =>
        Block(1, [.. U16(linkType), .. U16(0), .. U32(snapLength), .. options]);

    public BlockEmitter Packet(uint interfaceId, ulong time, byte[] data, uint originalLength, params byte[] options) => Block(
        6,
        [.. U32(interfaceId), .. Time(time), .. U32((uint)data.Length), .. U32(originalLength), .. Padded(data), .. options]);

    public BlockEmitter Statistics(uint interfaceId, ulong time, params byte[] options) =>
        Block(5, [.. U32(interfaceId), .. Time(time), .. options]);

    private byte[] Ordered(byte[] number)
    {
        if (BitConverter.IsLittleEndian == bigEndian)
            Array.Reverse(number);
        return number;
    }
}
