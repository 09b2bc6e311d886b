using System.Net.NetworkInformation;

namespace MgCap.Capture.Pcapng;

/// <content>How each kind of block is read. What a block changes, it changes only once all of it was found good.</content>
public sealed partial class PcapngReader
{
    /// <summary>Section 4.1.</summary>
    private PcapngBlockKind ReadSectionHeader()
    {
        var order = _source.Order;
        var body = _source.Body;
        var major = order.UInt16(body[4..]);
        var minor = order.UInt16(body[6..]);

        // Some writers say 1.2 and mean 1.0. What any other version holds is not known: it is passed over (section 3.4).
        var foreign = major != PcapngFormat.MajorVersion || minor is not (PcapngFormat.MinorVersion or 2);
        var section = foreign ? null : ReadSectionOptions(new OptionList(body[16..], order));

        _sectionIsForeign = foreign;
        _interfaces = [];
        _clocks.Clear();
        Section = section;
        return PcapngBlockKind.SectionHeader;
    }

    private SectionHeader ReadSectionOptions(OptionList options)
    {
        string? hardware = null, operatingSystem = null, userApplication = null, comment = null;
        while (options.MoveNext())
        {
            switch (options.Code)
            {
                case OptionCode.SectionHardware: hardware = Text(options.Value); break;
                case OptionCode.SectionOperatingSystem: operatingSystem = Text(options.Value); break;
                case OptionCode.SectionUserApplication: userApplication = Text(options.Value); break;
                case OptionCode.Comment: comment ??= Text(options.Value); break;
            }
        }

        RequireSound(options);
        return new SectionHeader
        {
            Hardware = hardware,
            OperatingSystem = operatingSystem,
            UserApplication = userApplication,
            Comment = comment,
        };
    }

    /// <summary>Section 4.2.</summary>
    private PcapngBlockKind ReadInterfaceDescription()
    {
        var order = _source.Order;
        var body = BodyOf("an interface description", 8);
        if (_interfaces.Count >= PcapngFormat.MaxInterfaces)
            throw _source.Damaged($"the section describes more than {PcapngFormat.MaxInterfaces} interfaces");

        var description = new InterfaceDescription { LinkType = order.UInt16(body), SnapLength = order.UInt32(body[4..]) };
        var clock = new InterfaceClock(InterfaceClock.Microseconds, 0);
        var options = new OptionList(body[8..], order);
        while (options.MoveNext())
        {
            switch (options.Code)
            {
                case OptionCode.Comment:
                    description = description with { Comment = description.Comment ?? Text(options.Value) };
                    break;
                case OptionCode.InterfaceName:
                    description = description with { Name = Text(options.Value) };
                    break;
                case OptionCode.InterfaceDescription:
                    description = description with { Description = Text(options.Value) };
                    break;
                case OptionCode.InterfaceMacAddress:
                    description = description with { MacAddress = new PhysicalAddress(ValueOf(options, 6).ToArray()) };
                    break;
                case OptionCode.InterfaceSpeed:
                    description = description with { SpeedBitsPerSecond = order.UInt64(ValueOf(options, 8)) };
                    break;
                case OptionCode.InterfaceFilter when options.Value is [OptionCode.FilterIsText, .. var filter]:
                    description = description with { Filter = Text(filter) };
                    break;
                case OptionCode.InterfaceOperatingSystem:
                    description = description with { OperatingSystem = Text(options.Value) };
                    break;
                case OptionCode.InterfaceHardware:
                    description = description with { Hardware = Text(options.Value) };
                    break;
                case OptionCode.InterfaceTimeResolution:
                    clock = clock with { Resolution = ValueOf(options, 1)[0] };
                    break;
                case OptionCode.InterfaceTimeOffset:
                    clock = clock with { OffsetSeconds = (long)order.UInt64(ValueOf(options, 8)) };
                    break;
            }
        }

        RequireSound(options);
        InterfaceId = _interfaces.Count;
        _interfaces.Add(description);
        _clocks.Add(clock);
        return PcapngBlockKind.InterfaceDescription;
    }

    /// <summary>Section 4.6.</summary>
    private PcapngBlockKind ReadInterfaceStatistics()
    {
        var order = _source.Order;
        var body = BodyOf("interface statistics", 12);
        var id = KnownInterface(order.UInt32(body));
        var clock = _clocks[id];
        var read = new InterfaceStatistics { InterfaceId = id, At = clock.ToTimestamp(order.Time(body[4..])) };
        var options = new OptionList(body[12..], order);
        while (options.MoveNext())
        {
            if (options.Code == OptionCode.Comment)
                read = read with { Comment = read.Comment ?? Text(options.Value) };
            if (options.Code is < OptionCode.StatisticsStartTime or > OptionCode.StatisticsUserDelivered)
                continue;
            var value = ValueOf(options, sizeof(ulong));
            var count = order.UInt64(value);
            read = options.Code switch
            {
                OptionCode.StatisticsStartTime => read with { StartTime = clock.ToTimestamp(order.Time(value)) },
                OptionCode.StatisticsEndTime => read with { EndTime = clock.ToTimestamp(order.Time(value)) },
                OptionCode.StatisticsReceived => read with { Received = count },
                OptionCode.StatisticsInterfaceDropped => read with { InterfaceDropped = count },
                OptionCode.StatisticsFilterAccepted => read with { FilterAccepted = count },
                OptionCode.StatisticsOperatingSystemDropped => read with { OperatingSystemDropped = count },
                _ => read with { UserDelivered = count },
            };
        }

        RequireSound(options);
        InterfaceId = id;
        _statistics = read;
        return PcapngBlockKind.InterfaceStatistics;
    }

    /// <summary>Section 4.3.</summary>
    private PcapngBlockKind ReadEnhancedPacket()
    {
        var body = BodyOf("an enhanced packet", 20);
        return ReadTimedPacket(body, _source.Order.UInt32(body));
    }

    /// <summary>Appendix A: as an Enhanced Packet, but for a 16-bit interface number with a count of drops behind it.</summary>
    private PcapngBlockKind ReadObsoletePacket()
    {
        var body = BodyOf("an obsolete packet", 20);
        return ReadTimedPacket(body, _source.Order.UInt16(body));
    }

    private PcapngBlockKind ReadTimedPacket(ReadOnlySpan<byte> body, uint interfaceId)
    {
        const int DataOffset = 20;
        var order = _source.Order;
        var id = KnownInterface(interfaceId);
        var captured = CapturedLength(body.Length - DataOffset, order.UInt32(body[12..]));
        var optionsOffset = DataOffset + PcapngFormat.Padded(captured);
        var direction = PacketDirection.Unknown;
        var options = new OptionList(body[optionsOffset..], order);
        while (options.MoveNext())
        {
            if (options.Code == OptionCode.PacketFlags)
                direction = DirectionOf(order.UInt32(ValueOf(options, 4)));
        }

        RequireSound(options);
        InterfaceId = id;
        _packet = new PacketFields(
            _clocks[id].ToTimestamp(order.Time(body[4..])), order.UInt32(body[16..]), DataOffset, captured, optionsOffset,
            direction);
        return PcapngBlockKind.Packet;
    }

    /// <summary>Section 4.4: of the first interface, without a time; how much was kept follows from the snap length.</summary>
    private PcapngBlockKind ReadSimplePacket()
    {
        const int DataOffset = 4;
        var body = BodyOf("a simple packet", DataOffset);
        var id = KnownInterface(0);
        var original = _source.Order.UInt32(body);
        var snapLength = _interfaces[id].SnapLength;
        var captured = CapturedLength(body.Length - DataOffset, snapLength == 0 ? original : Math.Min(original, snapLength));
        InterfaceId = id;
        _packet = new PacketFields(null, original, DataOffset, captured, body.Length, PacketDirection.Unknown);
        return PcapngBlockKind.Packet;
    }

    private int CapturedLength(int available, uint captured) => captured <= available
        ? (int)captured
        : throw _source.Damaged($"a packet of {captured} bytes does not fit into its block, which has room for {available}");

    private static PacketDirection DirectionOf(uint flags) => (flags & 3) switch
    {
        1 => PacketDirection.Inbound,
        2 => PacketDirection.Outbound,
        _ => PacketDirection.Unknown,
    };

    /// <summary>What is read of a packet's block; offsets are in bytes from the start of the block's body.</summary>
    private readonly record struct PacketFields(
        Timestamp? Time, uint OriginalLength, int DataOffset, int CapturedLength, int OptionsOffset, PacketDirection Direction);
}
