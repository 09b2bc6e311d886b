using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using MgCap.Capture.Filtering;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Live;

/// <summary>
/// A running capture as a stream, from now on: a head, then packets as they come. What its client was too slow for the stream says: the
/// next packet has the count (epb_dropcount), and the statistics have fewer packets delivered. The older format has no place for that.
/// </summary>
public sealed class LiveStream : IDisposable
{
    private readonly LiveReader _reader;
    private readonly PacketForm _form;
    private readonly PacketFilter? _filter;
    private readonly ArrayBufferWriter<byte> _taken = new();
    private readonly long[] _told;
    private readonly InterfaceDescription _interface;
    private bool _begun;

    /// <param name="reader">The client's place, which this owns from now on.</param>
    /// <param name="form">The format.</param>
    /// <param name="filter">Which packets, for <see cref="LinkTypeOf"/>; null for all.</param>
    public LiveStream(LiveReader reader, PacketForm form, FileFilter? filter)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (_reader, _form) = (reader, form);
        _told = new long[reader.Missed.Count];
        _interface = PcapTranslator.FirstInterface(reader.Head.Blocks);
        _filter = filter?.For(_interface.LinkType);
    }

    /// <summary>What the packets begin with, as files number it.</summary>
    public static ushort LinkTypeOf(LiveReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return PcapTranslator.FirstInterface(reader.Head.Blocks).LinkType;
    }

    /// <summary>When the last of what was given was read from the rings (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    internal long CameAt => _reader.CameAt;

    /// <summary>Waits for packets, and makes the next piece.</summary>
    /// <param name="piece">What is added to it.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <returns>false when the capture has ended and all was given.</returns>
    public async Task<bool> ReadAsync(ArrayBufferWriter<byte> piece, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (!_begun)
        {
            _begun = true;
            Begin(piece);
            return true;
        }

        do
        {
            // What goes as it is, is copied once.
            var into = IsAsCaptured && piece.WrittenCount == 0 ? piece : _taken;
            _taken.ResetWrittenCount();
            if (!await _reader.ReadAsync(into, cancellation).ConfigureAwait(false))
                return false;
            if (into == piece && IsAsCaptured)
                return true;
            if (into == piece)
            {
                // Something was missed just now.
                _taken.Write(piece.WrittenSpan);
                piece.ResetWrittenCount();
            }

            Take(_taken.WrittenSpan, piece);
        }
        while (piece.WrittenCount == 0);
        return true;
    }

    /// <summary>Whether blocks go as they are: nothing is to be left out or added.</summary>
    private bool IsAsCaptured => _form == PacketForm.Pcapng && _filter is null && _reader.Missed.All(missed => missed == 0);

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private void Begin(ArrayBufferWriter<byte> piece)
    {
        if (_form == PacketForm.Pcapng)
            piece.Write(_reader.Head.Blocks.Span);
        else
            PcapFormat.WriteFileHeader(piece, (int)_interface.SnapLength, _interface.LinkType);
    }

    private void Take(ReadOnlySpan<byte> blocks, ArrayBufferWriter<byte> piece)
    {
        if (IsAsCaptured)
        {
            piece.Write(blocks);
            return;
        }

        for (; !blocks.IsEmpty; blocks = blocks[(int)BinaryPrimitives.ReadUInt32LittleEndian(blocks[4..])..])
        {
            var block = blocks[..(int)BinaryPrimitives.ReadUInt32LittleEndian(blocks[4..])];
            switch (BinaryPrimitives.ReadUInt32LittleEndian(block))
            {
                case PcapngFormat.EnhancedPacketBlock:
                    TakePacket(block, piece);
                    break;
                case PcapngFormat.InterfaceStatisticsBlock when _form == PacketForm.Pcapng:
                    var statistics = piece.GetSpan(block.Length)[..block.Length];
                    block.CopyTo(statistics);
                    PcapngEncoder.SubtractDelivered(statistics, (ulong)_reader.Missed[InterfaceOf(block)]);
                    piece.Advance(block.Length);
                    break;
            }
        }
    }

    private void TakePacket(ReadOnlySpan<byte> block, ArrayBufferWriter<byte> piece)
    {
        var data = PcapngEncoder.DataOf(block, out var time, out var originalLength);
        if (_filter?.Matches(data, originalLength) == false)
            return;
        var queue = InterfaceOf(block);
        if (_form == PacketForm.Pcap)
        {
            PcapFormat.WritePacket(piece, time, originalLength, data);
        }
        else if (_reader.Missed[queue] > _told[queue])
        {
            piece.Advance(PcapngEncoder.CopyWithDropCount(piece.GetSpan(block.Length + PcapngEncoder.DropCountLength), block, (ulong)(_reader.Missed[queue] - _told[queue])));
            _told[queue] = _reader.Missed[queue];
        }
        else
        {
            piece.Write(block);
        }
    }

    private static int InterfaceOf(ReadOnlySpan<byte> block) => (int)BinaryPrimitives.ReadUInt32LittleEndian(block[8..]);
}
