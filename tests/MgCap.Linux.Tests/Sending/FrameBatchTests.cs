using MgCap.Linux.Sending;
using MgCap.Linux.Tests.Rings;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Sending;

public class FrameBatchTests
{
    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_ArriveInTheirOrder(bool bypass)
    {
        using var lab = VethLab.Create("batch");
        using var reader = new RingReader(lab, _ => { });
        using var batch = lab.SenderSide.Run(() => new FrameBatch(lab.SenderIndex, 100, 8, bypass));
        var frames = Enumerable.Range(0, 8).Select(i => Frames.Udp4(new Flow(), 100, (uint)i)).ToArray();
        for (var i = 0; i < frames.Length; i++)
            frames[i].CopyTo(batch[i]);
        Assert.Equal((3, 5), (batch.Send(0, 3), batch.Send(3, 5)));
        Assert.Equal(frames, reader.Read(8).Select(packet => packet.Data));
    }

    [RootFact]
    public void FrameLongerThanTheInterfaceTakes_IsAnError()
    {
        using var lab = VethLab.Create("batch-long", new VethOptions { Mtu = 1500 });
        using var batch = lab.SenderSide.Run(() => new FrameBatch(lab.SenderIndex, 1600, 1, bypassQueue: true));
        Assert.Equal(Errno.EMSGSIZE, Assert.Throws<LinuxException>(() => batch.Send(0, 1)).Errno);
    }

    [RootFact]
    public void InterfaceThatIsNotThere_IsAnError() =>
        Assert.Equal(Errno.ENODEV, Assert.Throws<LinuxException>(() => new FrameBatch(int.MaxValue, 100, 1, bypassQueue: true)).Errno);

    [RootFact]
    public void FramesOutsideTheBatch_AreRefused()
    {
        using var lab = VethLab.Create("batch-edge");
        using var batch = lab.SenderSide.Run(() => new FrameBatch(lab.SenderIndex, 100, 2, bypassQueue: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[2].Clear());
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Send(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Send(0, 0));
    }
}
