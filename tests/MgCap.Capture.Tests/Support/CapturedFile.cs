using System.Text;
using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Tests.Support;

/// <summary>A packet of a capture file, copied.</summary>
/// <param name="Interface">The name of its interface.</param>
/// <param name="Time">Nanoseconds since 1970-01-01 UTC.</param>
/// <param name="OriginalLength">Its length on the wire.</param>
/// <param name="Data">What was kept.</param>
/// <param name="Direction">Which way it went.</param>
internal sealed record CapturedPacket(string Interface, long Time, long OriginalLength, byte[] Data, PacketDirection Direction);

/// <summary>A capture file, read to its end; damage fails the reading.</summary>
internal sealed class CapturedFile
{
    private CapturedFile(Stream stream)
    {
        using var reader = PcapngReader.Open(stream);
        while (reader.Read())
        {
            if (reader.BlockKind == PcapngBlockKind.Packet)
                Packets.Add(Copy(reader));
            else if (reader.BlockKind == PcapngBlockKind.InterfaceStatistics)
                Statistics[reader.InterfaceId] = reader.Statistics;
            Interfaces = reader.Interfaces;
        }
    }

    internal List<CapturedPacket> Packets { get; } = [];

    internal IReadOnlyList<InterfaceDescription> Interfaces { get; private set; } = [];

    /// <summary>The last statistics of each interface.</summary>
    internal SortedDictionary<int, InterfaceStatistics> Statistics { get; } = [];

    internal static CapturedFile Read(string path) => new(File.OpenRead(path));

    internal static CapturedFile Read(byte[] content) => new(new MemoryStream(content));

    internal static CapturedFile Read(MemorySink sink) => new(new MemoryStream(sink.Content()));

    /// <summary>The packets' frames as text, so that a failed comparison shows them.</summary>
    internal string[] Frames() => [.. Packets.Select(packet => Convert.ToHexString(packet.Data))];

    internal void AssertInTimeOrder()
    {
        for (var i = 1; i < Packets.Count; i++)
        {
            if (Packets[i].Time < Packets[i - 1].Time)
                Assert.Fail(Describe(i));
        }
    }

    private string Describe(int at)
    {
        var text = new StringBuilder($"packet {at} of {Packets.Count} is {Packets[at - 1].Time - Packets[at].Time} ns earlier than the one before:");
        for (var i = Math.Max(0, at - 3); i < Math.Min(Packets.Count, at + 3); i++)
            text.AppendLine().Append($"{i}: {Packets[i].Time} {Packets[i].Interface}");
        return text.ToString();
    }

    private static CapturedPacket Copy(PcapngReader reader)
    {
        var packet = reader.Packet;
        return new CapturedPacket(
            reader.Interface.Name!, packet.Time!.Value.Nanoseconds, packet.OriginalLength, packet.Data.ToArray(), packet.Direction);
    }
}
