namespace MgCap.Capture.Pcapng;

/// <summary>
/// What is in a PCAP-NG file as far as it is whole: what a capture directory is recovered from after a crash. A file cut to
/// <see cref="ValidLength"/> is well-formed.
/// </summary>
public sealed class PcapngScan
{
    private readonly List<PcapngInterfaceScan> _interfaces = [];

    /// <summary>Where the current section's interfaces start in <see cref="_interfaces"/>.</summary>
    private int _sectionStart;

    private PcapngScan()
    {
    }

    /// <summary>The length of the longest start of the file that is all whole, well-formed blocks, in bytes.</summary>
    public long ValidLength { get; private set; }

    /// <summary>Why what follows <see cref="ValidLength"/> is no block; null where nothing follows.</summary>
    public PcapngFormatException? Damage { get; private set; }

    /// <summary>Packets, of all interfaces.</summary>
    public long Packets { get; private set; }

    /// <summary>Bytes kept of the packets, without what the file puts around them.</summary>
    public long CapturedBytes { get; private set; }

    /// <summary>Bytes that the packets had on the wire.</summary>
    public long WireBytes { get; private set; }

    /// <summary>The earliest packet; null where no packet has a time.</summary>
    public Timestamp? FirstPacketAt { get; private set; }

    /// <summary>The latest packet; null where no packet has a time.</summary>
    public Timestamp? LastPacketAt { get; private set; }

    /// <summary>The first section's header; null where there is none.</summary>
    public SectionHeader? Section { get; private set; }

    /// <summary>The interfaces in order of their description; a further section's follow those of the one before.</summary>
    public IReadOnlyList<PcapngInterfaceScan> Interfaces => _interfaces;

    /// <summary>Scans a file from its start. Damage is told, not thrown.</summary>
    /// <exception cref="IOException">The file can't be opened or read.</exception>
    public static PcapngScan Scan(string path)
    {
        using var reader = PcapngReader.Open(path);
        return Scan(reader);
    }

    /// <summary>Scans a stream from where it stands to its end, and leaves it open. Damage is told, not thrown.</summary>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public static PcapngScan Scan(Stream stream)
    {
        using var reader = PcapngReader.Open(stream, leaveOpen: true);
        return Scan(reader);
    }

    private static PcapngScan Scan(PcapngReader reader)
    {
        var scan = new PcapngScan();
        try
        {
            while (reader.Read())
                scan.Add(reader);
        }
        catch (PcapngFormatException damage)
        {
            scan.Damage = damage;
        }

        scan.ValidLength = reader.Position;
        return scan;
    }

    private void Add(PcapngReader reader)
    {
        switch (reader.BlockKind)
        {
            case PcapngBlockKind.Packet:
                Add(reader.Packet);
                break;
            case PcapngBlockKind.InterfaceDescription:
                _interfaces.Add(new PcapngInterfaceScan(reader.Interface));
                break;
            case PcapngBlockKind.InterfaceStatistics:
                _interfaces[_sectionStart + reader.InterfaceId].LastStatistics = reader.Statistics;
                break;
            case PcapngBlockKind.SectionHeader:
                Section ??= reader.Section;
                _sectionStart = _interfaces.Count;
                break;
        }
    }

    private void Add(PcapngPacket packet)
    {
        Packets++;
        CapturedBytes += packet.Data.Length;
        WireBytes += packet.OriginalLength;
        if (packet.Time is { } time)
        {
            if (!(FirstPacketAt <= time))
                FirstPacketAt = time;
            if (!(LastPacketAt >= time))
                LastPacketAt = time;
        }

        _interfaces[_sectionStart + packet.InterfaceId].Add(packet);
    }
}
