using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Storage;

namespace MgCap.Web.Summaries;

/// <summary>Reads a capture once and counts what is in it, in bounded memory.</summary>
internal sealed class SummaryScan
{
    private const int MaxKeys = 100_000;
    private const int Shown = 20;
    private const long Second = 1_000_000_000;

    private static readonly (long From, long To)[] _lengths = [(0, 63), (64, 127), (128, 255), (256, 511), (512, 1023), (1024, 1518), (1519, 9216), (9217, 262_144)];

    private readonly HeavyHitters<string> _protocols = new(MaxKeys);
    private readonly HeavyHitters<(UInt128 Address, bool IsV6)> _addresses = new(MaxKeys);
    private readonly HeavyHitters<(FlowEnd A, FlowEnd B, string Transport)> _conversations = new(MaxKeys);
    private readonly long[] _byLength = new long[_lengths.Length];
    private long _packets;
    private long _wireBytes;
    private long _capturedBytes;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private PeakSecond _peak;
    private double _progress;

    /// <summary>What part has been read, 0 to 1. May be asked for by any thread.</summary>
    internal double Progress => Volatile.Read(ref _progress);

    /// <summary>Reads a capture.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    internal CaptureSummary Run(CaptureFileSet files, CancellationToken cancellation)
    {
        using var reader = PcapngReader.Open(files.Open());
        while (reader.Read())
        {
            if (reader.BlockKind != PcapngBlockKind.Packet)
                continue;
            Add(reader.Interface.LinkType, reader.Packet);
            if ((_packets & 0xfff) != 0)
                continue;
            cancellation.ThrowIfCancellationRequested();
            Volatile.Write(ref _progress, Math.Min(1, (double)reader.Position / files.Length));
        }

        return Summarise();
    }

    private void Add(ushort linkType, PcapngPacket packet)
    {
        var length = packet.OriginalLength;
        _packets++;
        _wireBytes += length;
        _capturedBytes += packet.Data.Length;
        _byLength[LengthClass(length)]++;
        if (packet.Time is { } time)
            AddTime(time.Nanoseconds, length);
        var facts = PacketClassifier.Of(linkType, packet.Data);
        _protocols.Add(facts.Protocol, length);
        if (facts.Transport is not { } transport)
            return;
        var (source, destination) = (facts.Source, facts.Destination);
        _addresses.Add((source.Address, source.IsV6), length);
        if (source.Address != destination.Address)
            _addresses.Add((destination.Address, destination.IsV6), length);
        _conversations.Add(source.IsAfter(destination) ? (destination, source, transport) : (source, destination, transport), length);
    }

    private void AddTime(long time, long wireBytes)
    {
        if (_first == long.MaxValue)
            _peak = new PeakSecond(time);
        _first = Math.Min(_first, time);
        _last = Math.Max(_last, time);
        _peak.Add(time, wireBytes);
    }

    private static int LengthClass(long length)
    {
        var at = Array.FindIndex(_lengths, bounds => length <= bounds.To);
        return at < 0 ? _lengths.Length - 1 : at;
    }

    private CaptureSummary Summarise()
    {
        var seconds = _packets == 0 || _last < _first ? 0 : (_last - _first) / (double)Second;
        // A rate over less than a second is not measured but extrapolated: of two packets 50 µs apart it would be 40,000 a second.
        var isLongEnough = seconds >= 1;
        var peak = _peak.Fullest;
        return new CaptureSummary
        {
            State = SummaryState.Ready,
            Progress = 1,
            FirstPacketAt = _last < _first ? null : new Timestamp(_first),
            LastPacketAt = _last < _first ? null : new Timestamp(_last),
            DurationSeconds = seconds,
            Packets = _packets,
            WireBytes = _wireBytes,
            CapturedBytes = _capturedBytes,
            AveragePacketsPerSecond = isLongEnough ? _packets / seconds : null,
            AverageBitsPerSecond = isLongEnough ? _wireBytes * 8 / seconds : null,
            PeakPacketsPerSecond = peak.Packets,
            PeakBitsPerSecond = peak.WireBytes * 8,
            Protocols = [.. _protocols.Top(MaxKeys).Select(each => new ProtocolShare(each.Key, each.Value.Packets, each.Value.WireBytes)).OrderByDescending(each => each.Packets)],
            Addresses =
            [
                .. _addresses.Top(Shown).Select(each => new AddressShare(
                    new FlowEnd(each.Key.Address, each.Key.IsV6, -1).AddressText(), each.Value.Packets, each.Value.WireBytes)),
            ],
            Conversations = [.. _conversations.Top(Shown).Select(each => Of(each.Key, each.Value))],
            Lengths = [.. _lengths.Zip(_byLength, (bounds, packets) => new LengthShare(bounds.From, bounds.To, packets))],
            Truncated = _addresses.Truncated || _conversations.Truncated || _protocols.Truncated,
        };
    }

    private static Conversation Of((FlowEnd A, FlowEnd B, string Transport) flow, Tally tally) => new(
        flow.A.AddressText(), flow.B.AddressText(), flow.Transport, flow.A.Port < 0 ? null : flow.A.Port, flow.B.Port < 0 ? null : flow.B.Port, tally.Packets,
        tally.WireBytes);
}
