using BenchmarkDotNet.Attributes;
using MgCap.Capture;
using MgCap.Capture.Pcapng;

namespace MgCap.Bench.Parts;

/// <summary>A PCAP-NG file of packets of 96 bytes, read again.</summary>
public class ReadingBench
{
    private const int Packets = 100_000;

    private readonly string _path = Path.Combine("/dev/shm", $"mgcap-bench-{Environment.ProcessId}.pcapng");

    /// <summary>Writes the file.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        using var file = File.Create(_path);
        var buffer = new byte[4096];
        var packet = new byte[96];
        file.Write(buffer, 0, PcapngEncoder.WriteSectionHeader(buffer, new SectionHeader()));
        file.Write(buffer, 0, PcapngEncoder.WriteInterfaceDescription(buffer, new InterfaceDescription { Name = "eth0", LinkType = 1, SnapLength = 96 }));
        for (var i = 0; i < Packets; i++)
            file.Write(buffer, 0, PcapngEncoder.WriteEnhancedPacket(buffer, 0, new Timestamp(i), 128, packet, PacketDirection.Inbound));
    }

    /// <summary>Reads every packet.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public long Read()
    {
        using var reader = PcapngReader.Open(_path);
        var bytes = 0L;
        while (reader.Read())
        {
            if (reader.BlockKind == PcapngBlockKind.Packet)
                bytes += reader.Packet.Data.Length;
        }

        return bytes;
    }

    /// <summary>Removes the file.</summary>
    [GlobalCleanup]
    public void CleanUp() => File.Delete(_path);
}
