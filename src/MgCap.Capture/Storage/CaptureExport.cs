using System.Buffers;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Storage;

/// <summary>
/// A capture's packets of some time and of a filter. As PCAP-NG: the sections' headers, the interfaces as they are described, and
/// the packets' blocks, all as they are in the files. Interface statistics tell of the whole capture and are left out. In the older
/// format: the packets alone. It is made piece by piece, in bounded memory; the index tells what need not be read.
/// </summary>
public sealed class CaptureExport : IDisposable
{
    private const int PieceBytes = 256 * 1024;
    private const int MaxReadPerPiece = 8 * 1024 * 1024;

    private readonly Timestamp? _from;
    private readonly Timestamp? _to;
    private readonly FileFilter? _filter;
    private readonly PacketForm _form;
    private readonly SliceStream _stream;
    private readonly PcapngReader _reader;
    private readonly ArrayBufferWriter<byte> _head = new();

    // By the number of an interface of the current section.
    private readonly List<PacketFilter?> _filters = [];
    private bool _hasFileHeader;

    /// <summary>Opens a part.</summary>
    /// <param name="index">The capture's index.</param>
    /// <param name="from">The first time that belongs to it; null for the capture's start.</param>
    /// <param name="to">The first time after it that does not; null for the capture's end.</param>
    /// <param name="filter">A filter for the file's link types (<see cref="LinkTypesOf"/>); null for every packet.</param>
    /// <param name="form">The format; the older one is for captures of one link type.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid: the filter is none for a link type.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public CaptureExport(CaptureIndex index, Timestamp? from, Timestamp? to, FileFilter? filter, PacketForm form = PacketForm.Pcapng)
    {
        ArgumentNullException.ThrowIfNull(index);
        (_from, _to, _filter, _form) = (from, to, filter, form);
        var wanted = index.Entries.Where(entry => !(entry.LastTime < from?.Nanoseconds) && !(entry.FirstTime >= to?.Nanoseconds)).ToList();
        // A part has a header and interfaces, though no packet be in it.
        var (start, end) = wanted.Count == 0 ? (index.Length, index.Length) : (wanted[0].Offset, wanted[^1].End);
        _stream = SliceStream.Open(index, start, end);
        _reader = PcapngReader.Open(_stream);
        try
        {
            // As far as the first interface, so that a filter that is none for it is known before anything is said.
            while ((_reader.Position < _stream.HeadLength || _filters.Count == 0) && _reader.Read())
                Take(_head);
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <summary>The link types of a capture, as files number them: Ethernet's where it has no interface yet.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static IReadOnlyList<ushort> LinkTypesOf(CaptureIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        using var stream = SliceStream.Open(index.Files, index.Heads(), index.Length, index.Length);
        using var reader = PcapngReader.Open(stream);
        var linkTypes = new List<ushort>();
        while (reader.Read())
        {
            if (reader.BlockKind == PcapngBlockKind.InterfaceDescription && !linkTypes.Contains(reader.Interface.LinkType))
                linkTypes.Add(reader.Interface.LinkType);
        }

        return linkTypes.Count == 0 ? [LinkType.Ethernet.FileNumber] : linkTypes;
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
        var enough = _reader.Position + MaxReadPerPiece;
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
                _filters.Clear();
                Copy(piece);
                break;
            case PcapngBlockKind.InterfaceDescription:
                _filters.Add(_filter?.For(_reader.Interface.LinkType));
                Copy(piece);
                if (_form == PacketForm.Pcap && !_hasFileHeader)
                {
                    PcapFormat.WriteFileHeader(piece, CaptureSettings.MaxSnaplen, _reader.Interface.LinkType);
                    _hasFileHeader = true;
                }

                break;
            case PcapngBlockKind.Packet when IsWanted(_reader.Packet):
                Copy(piece);
                if (_form == PacketForm.Pcap)
                    PcapFormat.WritePacket(piece, _reader.Packet.Time ?? default, (int)_reader.Packet.OriginalLength, _reader.Packet.Data);
                break;
        }
    }

    private void Copy(ArrayBufferWriter<byte> piece)
    {
        if (_form == PacketForm.Pcapng)
            piece.Write(_reader.Block);
    }

    private bool IsWanted(PcapngPacket packet) =>
        !(packet.Time < _from) && !(packet.Time >= _to)
        && _filters[packet.InterfaceId]?.Matches(packet.Data, (int)packet.OriginalLength) != false;
}
