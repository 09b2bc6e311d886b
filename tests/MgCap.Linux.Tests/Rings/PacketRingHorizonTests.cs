using MgCap.Testing;

namespace MgCap.Linux.Tests.Rings;

public sealed class PacketRingHorizonTests : IDisposable
{
    private readonly VethLab _lab = VethLab.Create("horizon");
    private readonly FrameSender _sender;

    public PacketRingHorizonTests()
    {
        _sender = _lab.OpenSender();
    }

    [RootFact]
    public void Horizon_IsNow_WhileNothingIsThere()
    {
        using var reader = new RingReader(_lab);
        Assert.Equal(42, reader.Ring.Horizon(42));
    }

    [RootFact]
    public void Horizon_IsNotAfterAPacketThatIsNotTaken()
    {
        var before = RingReader.Now();
        using var reader = new RingReader(_lab);
        Send(1);
        // The packet is in the ring when send returns; its block is still the kernel's, and that is no bar to looking.
        var horizon = reader.Ring.Horizon(long.MaxValue);
        Send(2);
        Assert.Equal(horizon, reader.Ring.Horizon(long.MaxValue));

        var packets = reader.Read(2);
        Assert.InRange(horizon, before, packets[0].Time);
        Assert.Equal(43, reader.Ring.Horizon(43));
    }

    [RootFact]
    public void Horizon_IsNotBeforeAPacketThatWasTaken()
    {
        using var reader = new RingReader(_lab);
        Send(1);
        var taken = Assert.Single(reader.Read(1)).Time;
        Send(2);
        // The kernel opened the block of packet 2 when it closed that of packet 1: the bound is the time of that.
        var horizon = reader.Ring.Horizon(long.MaxValue);
        Assert.InRange(horizon, taken, Assert.Single(reader.Read(1)).Time);
    }

    [RootFact]
    public void Horizon_IsNow_InARingThatHasGoneRound()
    {
        using var reader = new RingReader(_lab.CaptureSide, _lab.CaptureIndex, blocks: 2);
        for (var i = 0u; i < 5; i++)
        {
            Send(i);
            var packet = Assert.Single(reader.Read(1));
            // What the blocks held the round before is no packet to come.
            Assert.Equal(packet.Time + 1, reader.Ring.Horizon(packet.Time + 1));
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _lab.Dispose();
    }

    private void Send(uint sequence) => _sender.Send(Frames.Udp4(new Flow(), 60, sequence));
}
