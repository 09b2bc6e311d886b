using System.Diagnostics;
using MgCap.Capture.Blocks;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Recent;
using MgCap.Capture.Statistics;
using MgCap.Capture.Storage;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Recent;

/// <summary>What is saved goes by when packets came, wherever the clock stood that stamped them.</summary>
public sealed class SetClockTests : IDisposable
{
    private const long Hour = 3600L * 1_000_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-recorder-");
    private readonly long _now = Timestamp.Now(TimeProvider.System).Nanoseconds;
    private readonly RecorderSink _recorder = new(new RecorderSettings());

    public SetClockTests() => _recorder.Begin(new SectionHead(new SectionHeader(), [new InterfaceDescription { Name = "eth0", LinkType = 1 }]));

    public void Dispose()
    {
        _recorder.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(2 * Hour, 0)]
    [InlineData(-2 * Hour, 0)]
    [InlineData(0, 2 * Hour)]
    [InlineData(0, -2 * Hour)]
    public void Save_HasWhatCame_WhereverTheClockStood(long first, long second)
    {
        _recorder.Write(Packet(1, _now + first));
        var moment = Stopwatch.GetTimestamp();
        _recorder.Write(Packet(2, _now + second));
        Assert.Equal([1u, 2u], Save(SavedSpan.FromNow()));
        Assert.Equal([1u, 2u], Save(SavedSpan.FromNow(before: 60)));
        Assert.Equal([2u], Save(SavedSpan.Around(moment, before: 0, after: 0)));
    }

    [Theory]
    [InlineData(2 * Hour)]
    [InlineData(-2 * Hour)]
    public async Task ClockSetMeanwhile_KeepsNothingOutOfWhatComesAfter(long by)
    {
        _recorder.Write(Packet(1, _now));
        var saving = Task.Run(() => Save(SavedSpan.FromNow(after: 1)));
        _recorder.Write(Packet(2, _now + by));
        var saved = await saving;
        _recorder.Write(Packet(3, _now));
        Assert.Equal([1u, 2u], saved);
    }

    private static PacketBlock Packet(uint number, long time)
    {
        var frame = Frames.Udp4(new Flow(), 100, number);
        var block = new byte[PcapngEncoder.EnhancedPacketLength(frame.Length, withFlags: false)];
        PcapngEncoder.WriteEnhancedPacket(block, 0, new Timestamp(time), frame.Length, frame);
        return PacketBlock.Of(block, [new QueueTally { Packets = 1, CapturedBytes = frame.Length, WireBytes = frame.Length }], time, time);
    }

    private uint[] Save(SavedSpan span)
    {
        var name = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        Assert.True(_recorder.Save(span, TimeProvider.System, () => new FileSink(name, indexed: false)));
        return [.. CapturedFile.Read(name).Packets.Select(packet => Frames.SequenceOfUdp4(packet.Data))];
    }
}
