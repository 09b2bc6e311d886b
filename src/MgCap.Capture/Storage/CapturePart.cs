using System.Buffers;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
using MgCap.Linux;
using MgCap.Linux.Libpcap;

namespace MgCap.Capture.Storage;

/// <summary>
/// A capture's packets of some time and of a filter, as PCAP-NG: the section's header, the interfaces as they are described, and
/// the packets' blocks, all as they are in the file. Interface statistics tell of the whole capture and are left out. It is made
/// piece by piece, in bounded memory; the index tells what need not be read.
/// </summary>
public sealed class CapturePart : IDisposable
{
    private const int PieceBytes = 256 * 1024;
    private const int MostReadForAPiece = 8 * 1024 * 1024;

    private readonly Timestamp? _from;
    private readonly Timestamp? _to;
    private readonly string? _filter;
    private readonly PartStream _stream;
    private readonly PcapngReader _reader;
    private readonly ArrayBufferWriter<byte> _head = new();

    // By the number of an interface; interfaces of one link type share a program.
    private readonly List<ClassicInstruction[]?> _programs = [];
    private readonly Dictionary<ushort, ClassicInstruction[]> _compiled = [];

    /// <summary>Opens a part.</summary>
    /// <param name="index">The capture's index.</param>
    /// <param name="from">The first time that belongs to it; null for the capture's start.</param>
    /// <param name="to">The first time after it that does not; null for the capture's end.</param>
    /// <param name="filter">pcap-filter(7) text; null for every packet.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid, with what is wrong with it.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public CapturePart(CaptureIndex index, Timestamp? from, Timestamp? to, string? filter)
    {
        ArgumentNullException.ThrowIfNull(index);
        (_from, _to, _filter) = (from, to, filter);
        var wanted = index.Entries.Where(entry => !(entry.LastTime < from?.Nanoseconds) && !(entry.FirstTime >= to?.Nanoseconds)).ToList();
        // A file has a header and its interfaces, though no packet be in it.
        var (start, end) = wanted.Count == 0 ? (index.Length, index.Length) : (wanted[0].Offset, wanted[^1].End);
        _stream = PartStream.Open(index, start, end);
        _reader = PcapngReader.Open(_stream);
        try
        {
            // As far as the first interface, so that a filter that is none is known before anything is said.
            while ((_reader.Position < _stream.HeadLength || _programs.Count == 0) && _reader.Read())
                Take(_head);
            if (_filter is not null && _programs.Count == 0)
                ProgramFor(LinkType.Ethernet.FileNumber);
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <summary>Makes the next piece.</summary>
    /// <param name="piece">What is added to it; it may be nothing where the filter finds little.</param>
    /// <returns>false when there is no more.</returns>
    /// <exception cref="IOException">The file can't be read.</exception>
    public bool Read(ArrayBufferWriter<byte> piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        piece.Write(_head.WrittenSpan);
        _head.ResetWrittenCount();
        var enough = _reader.Position + MostReadForAPiece;
        while (_reader.Read())
        {
            Take(piece);
            if (piece.WrittenCount >= PieceBytes || _reader.Position >= enough)
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private void Take(ArrayBufferWriter<byte> piece)
    {
        switch (_reader.BlockKind)
        {
            case PcapngBlockKind.SectionHeader:
                piece.Write(_reader.Block);
                break;
            case PcapngBlockKind.InterfaceDescription:
                _programs.Add(_filter is null ? null : ProgramFor(_reader.Interface.LinkType));
                piece.Write(_reader.Block);
                break;
            case PcapngBlockKind.Packet when IsWanted(_reader.Packet):
                piece.Write(_reader.Block);
                break;
        }
    }

    private bool IsWanted(PcapngPacket packet) =>
        !(packet.Time < _from) && !(packet.Time >= _to)
        && (_programs[packet.InterfaceId] is not { } program || FilterInterpreter.Run(program, packet.Data, (int)packet.OriginalLength) > 0);

    private ClassicInstruction[] ProgramFor(ushort linkType)
    {
        if (!_compiled.TryGetValue(linkType, out var program))
            _compiled[linkType] = program = CaptureFilter.CompileForFile(_filter!, linkType);
        return program;
    }
}
