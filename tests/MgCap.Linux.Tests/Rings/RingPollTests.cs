using System.Diagnostics;
using MgCap.Linux.Rings;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Rings;

public sealed class RingPollTests : IDisposable
{
    private readonly VethLab _lab = VethLab.Create("poll");
    private readonly WakeEvent _wake = new();
    private readonly RingReader _reader;
    private readonly RingPoll _poll;

    public RingPollTests()
    {
        _reader = new RingReader(_lab);
        _poll = new RingPoll([_reader.Ring], _wake);
    }

    [RootFact]
    public void Wait_EndsWithTheTime()
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(WaitOutcome.Refresh, _poll.WaitForPackets(50));
        Assert.InRange(clock.ElapsedMilliseconds, 45, 10_000);
    }

    [RootFact]
    public async Task Wait_EndsWithAPacket()
    {
        var waiting = OnThread(() => _poll.WaitForPackets(-1));
        using var sender = _lab.OpenSender();
        sender.Send(Frames.Udp4(new Flow(), 60));
        Assert.Equal(WaitOutcome.Refresh, await waiting.WaitAsync(Wait.Patience));
        Assert.Single(_reader.ReadBlock());
    }

    [RootFact]
    public async Task Wait_EndsWithAWake_FromAnotherThread()
    {
        var waiting = OnThread(() => _poll.WaitForPackets(-1));
        _wake.Set();
        Assert.Equal(WaitOutcome.Refresh, await waiting.WaitAsync(Wait.Patience));
        // The wait has cleared the event: the next one lasts.
        var clock = Stopwatch.StartNew();
        _poll.WaitForPackets(50);
        Assert.InRange(clock.ElapsedMilliseconds, 45, 10_000);
    }

    [RootFact]
    public void Wake_IsNotLost_BeforeTheWait()
    {
        _wake.Set();
        _wake.Set();
        var clock = Stopwatch.StartNew();
        _poll.WaitForPackets(30_000);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 10_000);
    }

    [RootFact]
    public void WaitForWakes_DoesNotMindPackets()
    {
        using var sender = _lab.OpenSender();
        sender.Send(Frames.Udp4(new Flow(), 60));
        _poll.WaitForPackets(10_000);
        var clock = Stopwatch.StartNew();
        _poll.Choose(WaitFor.Wakes);
        RingPoll.Wait([_poll], 50);
        Assert.InRange(clock.ElapsedMilliseconds, 45, 10_000);
        Assert.Single(_reader.ReadBlock());
    }

    [RootFact]
    public async Task SeveralWaitAsOne_EachForItsOwn()
    {
        using var otherWake = new WakeEvent();
        var other = new RingPoll([], otherWake);
        other.Choose(WaitFor.Packets);
        _poll.Choose(WaitFor.Nothing);
        _wake.Set();
        var clock = Stopwatch.StartNew();
        RingPoll.Wait([_poll, other], 50);
        Assert.InRange(clock.ElapsedMilliseconds, 45, 10_000);

        var waiting = OnThread(() =>
        {
            RingPoll.Wait([_poll, other], -1);
            return other.TakeOutcome();
        });
        otherWake.Set();
        Assert.Equal(WaitOutcome.Refresh, await waiting.WaitAsync(Wait.Patience));

        // What one was woken by stays for it until it looks.
        _poll.Choose(WaitFor.Wakes);
        RingPoll.Wait([other, _poll], -1);
        _poll.TakeOutcome();
        clock.Restart();
        RingPoll.Wait([other, _poll], 50);
        Assert.InRange(clock.ElapsedMilliseconds, 45, 10_000);
    }

    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void InterfaceGoneOrDown_IsAnError(bool gone)
    {
        Assert.Equal(Errno.None, _reader.Ring.TakeError());
        if (gone)
            _lab.DeleteCable();
        else
            _lab.CaptureSide.Ip("link", "set", "dev", _lab.Options.CaptureName, "down");

        var outcome = WaitOutcome.Refresh;
        Wait.Until(() => (outcome = _poll.WaitForPackets(100)) == WaitOutcome.Error, "the socket's error");
        Assert.Equal(Errno.ENETDOWN, _reader.Ring.TakeError());
        Assert.Equal(Errno.None, _reader.Ring.TakeError());
        Assert.Equal(WaitOutcome.Refresh, _poll.WaitForPackets(0));
    }

    [RootFact]
    public void InterfaceDownAndUp_DeliversAgain()
    {
        _lab.CaptureSide.Ip("link", "set", "dev", _lab.Options.CaptureName, "down");
        Assert.Equal(WaitOutcome.Error, _poll.WaitForPackets(10_000));
        Assert.Equal(Errno.ENETDOWN, _reader.Ring.TakeError());
        _lab.CaptureSide.Ip("link", "set", "dev", _lab.Options.CaptureName, "up");
        using var sender = _lab.OpenSender();
        Wait.Until(
            () =>
            {
                sender.Send(Frames.Udp4(new Flow(), 60));
                return _reader.ReadBlock().Count > 0;
            },
            "packets to arrive again");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _wake.Dispose();
        _lab.Dispose();
    }

    private static Task<T> OnThread<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
