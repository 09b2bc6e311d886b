using BenchmarkDotNet.Attributes;
using MgCap.Capture;
using MgCap.Capture.Pcapng;

namespace MgCap.Bench.Parts;

/// <summary>A packet of 96 bytes to an Enhanced Packet Block.</summary>
public class EncodingBench
{
    private const int Packets = 4096;

    private readonly byte[] _packet = new byte[96];
    private readonly byte[] _buffer = new byte[1024 * 1024];
    private readonly byte[] _block = new byte[140];

    /// <summary>Makes the block that is copied.</summary>
    [GlobalSetup]
    public void SetUp() => PcapngEncoder.WriteEnhancedPacket(_block, 0, new Timestamp(1), 128, _packet, PacketDirection.Inbound);

    /// <summary>From the packet, as the packet engine does.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Write()
    {
        var at = 0;
        for (var i = 0; i < Packets; i++)
            at += PcapngEncoder.WriteEnhancedPacket(_buffer.AsSpan(at), 0, new Timestamp(i), 128, _packet, PacketDirection.Inbound);
        return at;
    }

    /// <summary>From a finished block, as the xdp engine does.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Copy()
    {
        var at = 0;
        for (var i = 0; i < Packets; i++)
        {
            PcapngEncoder.CopyEnhancedPacket(_buffer.AsSpan(at), _block, 3, new Timestamp(1));
            at += _block.Length;
        }

        return at;
    }
}
