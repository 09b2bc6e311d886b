using System.Text;

namespace MgCap.Capture.Pcapng;

/// <summary>
/// Reads a PCAP-NG file block by block, forward only, in bounded memory (draft-ietf-opsawg-pcapng): both byte orders, several
/// sections, every resolution of time. Packets are lent, not copied, and reading one allocates nothing.
/// <code>
/// using var reader = PcapngReader.Open(path);
/// while (reader.Read())
///     if (reader.BlockKind == PcapngBlockKind.Packet)
///         Look(reader.Packet.Data);
/// </code>
/// </summary>
public sealed partial class PcapngReader : IDisposable
{
    private readonly BlockSource _source;
    private readonly List<InterfaceClock> _clocks = [];
    private List<InterfaceDescription> _interfaces = [];
    private bool _sectionIsForeign;
    private InterfaceStatistics _statistics;
    private PacketFields _packet;

    private PcapngReader(Stream stream, bool leaveOpen) => _source = new BlockSource(stream, leaveOpen);

    /// <summary>What the current block is.</summary>
    public PcapngBlockKind BlockKind { get; private set; }

    /// <summary>The current block's type number (section 10.1).</summary>
    public uint BlockType => _source.Type;

    /// <summary>Where the current block starts, in bytes from where reading began.</summary>
    public long BlockOffset => _source.Offset;

    /// <summary>The whole current block as it is in the file, with its type and both lengths; good until the next Read.</summary>
    public ReadOnlySpan<byte> Block => BlockKind == PcapngBlockKind.None ? [] : _source.Block;

    /// <summary>Where the last block ends that was whole and well-formed, in bytes from where reading began.</summary>
    public long Position => _source.Position;

    /// <summary>Whether the current section's numbers are big-endian.</summary>
    public bool IsBigEndian => _source.Order.IsBigEndian;

    /// <summary>
    /// The current section; null before the first, and in one of a version other than 1.0, whose blocks are all
    /// <see cref="PcapngBlockKind.Other"/>.
    /// </summary>
    public SectionHeader? Section { get; private set; }

    /// <summary>The interfaces that the current section described so far, by their number. A new list in each section.</summary>
    public IReadOnlyList<InterfaceDescription> Interfaces => _interfaces;

    /// <summary>The number of the interface that the current block describes or belongs to; -1 where there is none.</summary>
    public int InterfaceId { get; private set; } = -1;

    /// <summary>The interface that the current block describes or belongs to.</summary>
    /// <exception cref="InvalidOperationException">The current block has none.</exception>
    public InterfaceDescription Interface => InterfaceId >= 0
        ? _interfaces[InterfaceId]
        : throw new InvalidOperationException($"a block of kind {BlockKind} belongs to no interface");

    /// <summary>The current packet; good until the next Read.</summary>
    /// <exception cref="InvalidOperationException">The current block is no packet.</exception>
    public PcapngPacket Packet
    {
        get
        {
            Expect(PcapngBlockKind.Packet);
            var body = _source.Body;
            return new PcapngPacket(
                InterfaceId, _packet.Time, _packet.OriginalLength, body.Slice(_packet.DataOffset, _packet.CapturedLength),
                _packet.Direction, new OptionList(body[_packet.OptionsOffset..], _source.Order));
        }
    }

    /// <summary>The current statistics.</summary>
    /// <exception cref="InvalidOperationException">The current block is no Interface Statistics Block.</exception>
    public InterfaceStatistics Statistics
    {
        get
        {
            Expect(PcapngBlockKind.InterfaceStatistics);
            return _statistics;
        }
    }

    /// <summary>Opens a file, that may still be written to. A compressed file has to be unpacked first.</summary>
    /// <exception cref="IOException">The file can't be opened.</exception>
    public static PcapngReader Open(string path) => Open(
        new FileStream(path, new FileStreamOptions
        {
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0, // The reader has its own.
        }));

    /// <summary>Reads from where a stream stands. Offsets count from there.</summary>
    /// <param name="stream">Any readable stream; it need not be able to seek.</param>
    /// <param name="leaveOpen">Whether disposing of the reader leaves the stream open.</param>
    public static PcapngReader Open(Stream stream, bool leaveOpen = false) => new(stream, leaveOpen);

    /// <summary>
    /// Reads the next block. At the end, and after a <see cref="PcapngFormatException"/>, nothing is skipped: a later call
    /// tries again at <see cref="Position"/>, and finds what was appended to the file in the meantime.
    /// </summary>
    /// <returns>False where the file ends behind a whole block, or is empty.</returns>
    /// <exception cref="PcapngFormatException">The block is damaged, or the file ends within it.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public bool Read()
    {
        BlockKind = PcapngBlockKind.None;
        InterfaceId = -1;
        if (!_source.Peek())
            return false;
        var kind = Interpret();
        _source.Accept();
        BlockKind = kind;
        return true;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.Dispose();

    private PcapngBlockKind Interpret()
    {
        if (_source.Type == PcapngFormat.SectionHeaderBlock)
            return ReadSectionHeader();
        if (_sectionIsForeign)
            return PcapngBlockKind.Other;
        return _source.Type switch
        {
            PcapngFormat.EnhancedPacketBlock => ReadEnhancedPacket(),
            PcapngFormat.InterfaceDescriptionBlock => ReadInterfaceDescription(),
            PcapngFormat.InterfaceStatisticsBlock => ReadInterfaceStatistics(),
            PcapngFormat.SimplePacketBlock => ReadSimplePacket(),
            PcapngFormat.ObsoletePacketBlock => ReadObsoletePacket(),
            _ => PcapngBlockKind.Other,
        };
    }

    private void Expect(PcapngBlockKind kind)
    {
        if (BlockKind != kind)
            throw new InvalidOperationException($"the current block is of kind {BlockKind}, not {kind}");
    }

    /// <summary>The block's body, when it is long enough for the fields that are always there.</summary>
    private ReadOnlySpan<byte> BodyOf(string block, int least)
    {
        var body = _source.Body;
        return body.Length >= least
            ? body
            : throw _source.Damaged($"{block} of {body.Length} bytes is shorter than its {least} bytes of fields");
    }

    private int KnownInterface(uint id) => id < (uint)_interfaces.Count
        ? (int)id
        : throw _source.Damaged($"a block belongs to interface {id}; the section has described {_interfaces.Count} so far");

    /// <summary>An option's value, when it has the length that its meaning takes.</summary>
    private ReadOnlySpan<byte> ValueOf(scoped in OptionList options, int length) => options.Value.Length == length
        ? options.Value
        : throw _source.Damaged(
            $"option {options.Code} of a block of type 0x{_source.Type:x8} has {options.Value.Length} bytes, not {length}");

    private void RequireSound(scoped in OptionList options)
    {
        if (options.IsDamaged)
            throw _source.Damaged($"the options of a block of type 0x{_source.Type:x8} run over its end");
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
