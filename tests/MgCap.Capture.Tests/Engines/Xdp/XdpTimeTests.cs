using System.Diagnostics;
using System.Globalization;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Capture.Tests.Support;
using MgCap.Linux;
using MgCap.Linux.Rings;
using MgCap.Testing;
using Xunit.Abstractions;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Time stamps, time from sender to file, and time of the processor.</summary>
public sealed class XdpTimeTests(ITestOutputHelper output)
{
    private const long Hour = 3_600_000_000_000;

    /// <summary>What is promised of a silent interface; the control shows that more would be seen.</summary>
    [RootFact]
    public void SilentInterface_UsesUnderHalfAPercentOfACore()
    {
        using var lab = VethLab.Create("silent");
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink);
        Wait.Until(() => CaptureThreads.Of(Environment.ProcessId, "cap0").Count == 2, "the capture's threads");
        using var busy = new BusyThread();
        var (before, clock) = (CaptureThreads.CpuTime(Environment.ProcessId, "cap0"), Stopwatch.StartNew());
        BusyThread.WaitUntilItUsed(TimeSpan.FromSeconds(5));
        var share = (CaptureThreads.CpuTime(Environment.ProcessId, "cap0") - before) / clock.Elapsed;
        var shareOfBusy = BusyThread.CpuTime / clock.Elapsed;
        session.Stop();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{share:P3} of a core; the control {shareOfBusy:P1}"));
        Assert.Equal(0, session.ReadStatistics().Received);
        Assert.InRange(share, 0, 0.005);
        Assert.InRange(shareOfBusy, 0.05, 1.1);
    }

    /// <summary>A reader that sleeps is woken by the next packet, and not by the one after it: it looks by itself then.</summary>
    [RootFact]
    public void SleepingReader_IsWokenByTheFirstPacket()
    {
        using var lab = VethLab.Create("bell");
        using var sender = lab.OpenSender();
        var nic = lab.CaptureSide.Run(() => CaptureInterfaces.Find("cap0"))!;
        using var program = new XdpProgram(96, 1, withDirection: true, filter: null, ringBytes: 0, new XdpHooks()) { Receiving = true };
        using var attachment = lab.CaptureSide.Run(() => new XdpAttachment(program, nic, promiscuous: false));
        using var wake = new WakeEvent();
        using var clockStep = new ClockStepEvent();
        var poll = new RingPoll([attachment.Watch], wake, program.Bell, clockStep);
        var frame = Frames.Udp4(new Flow(), 60);
        // A wait that nothing ends takes as long as it may; the clocks of the kernel and of the test differ by less than a tenth.
        const int Long = 60_000;
        const int Short = 50;
        for (var i = 0; i < 3; i++)
        {
            program.ReaderSleeps = true;
            var clock = Stopwatch.StartNew();
            sender.Send(frame);
            poll.WaitForPackets(Long);
            Assert.InRange(clock.ElapsedMilliseconds, 0, Long * 0.9);
            Assert.False(program.ReaderSleeps);
            clock.Restart();
            sender.Send(frame);
            poll.WaitForPackets(Short);
            Assert.InRange(clock.ElapsedMilliseconds, Short * 0.9, double.MaxValue);
        }
    }

    [RootFact]
    public void Stamp_LiesBetweenSendingAndTheFile()
    {
        const long Millisecond = 1_000_000;
        using var lab = VethLab.Create("stamps");
        using var sender = lab.OpenSender();
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.XdpSettings(), sink);
        var spans = new List<(long From, long To)>();
        for (var i = 1; i <= 20; i++)
        {
            var from = Timestamp.Now(TimeProvider.System).Nanoseconds;
            sender.Send(Frames.Udp4(new Flow(), 60));
            Wait.Until(() => lab.ReadArrivals().Packets == i, "the packet to arrive");
            spans.Add((from, Timestamp.Now(TimeProvider.System).Nanoseconds));
        }

        Wait.Until(() => session.File.Packets == spans.Count, "the packets to be in the file");
        session.Stop();
        var file = CapturedFile.Read(sink);
        file.AssertInTimeOrder();
        Assert.All(file.Packets.Zip(spans), pair => Assert.InRange(pair.First.Time, pair.Second.From - Millisecond, pair.Second.To + Millisecond));
    }

    [Fact]
    public void Offset_IsTheReadingsMiddle() => Assert.Equal(1_000_000, new UtcOffset.Reading(500, 1_000_550, 600).Offset);

    [Theory]
    [InlineData(0, 100, false)]
    [InlineData(19_000, 100, false)]
    [InlineData(-19_000, 100, false)]
    [InlineData(21_000, 100, true)]
    [InlineData(-21_000, 100, true)]
    [InlineData(4_000_000, 5_000_000, false)] // The thread was held up between the clocks.
    [InlineData(Hour, 5_000_000, true)]
    [InlineData(-Hour, 100, true)]
    public void Offset_FollowsOnlySteps(long step, long width, bool followed)
    {
        const long Current = 1_700_000_000_000_000_000;
        var reading = new UtcOffset.Reading(1000, 1000 + (width / 2) + Current + step, 1000 + width);
        Assert.Equal(followed ? Current + step : Current, UtcOffset.Update(Current, reading));
    }

    [Fact]
    public void Offset_OfThisMachineIsItsClocks()
    {
        var reading = UtcOffset.Read();
        Assert.InRange(reading.Before, 1, reading.After);
        Assert.InRange(Stopwatch.GetTimestamp() + reading.Offset, reading.Utc, Timestamp.Now(TimeProvider.System).Nanoseconds + reading.Width);
    }

    /// <summary>Packets from before the clock was set back lie in the future. They hold up nobody, least of all for an hour.</summary>
    [RootFact]
    public void ClockSetBack_HoldsUpNoRing()
    {
        using var lab = VethLab.Create("setback");
        using var sender = lab.OpenSender();
        var nic = lab.CaptureSide.Run(() => CaptureInterfaces.Find("cap0"))!;
        using var program = new XdpProgram(96, 1, withDirection: true, filter: null, ringBytes: 0, new XdpHooks());
        var attachment = lab.CaptureSide.Run(() => new XdpAttachment(program, nic, promiscuous: false));
        QueueLedger[] queues = [new(0, "rx0"), new(-1, "tx")];
        using var sources = new CaptureSources(lab.CaptureSide.Run(() => new XdpSource(nic, program, attachment, queues)));
        var encoder = new PacketEncoder(LabCapture.XdpSettings(), new PacketBlockQueue(2, queues.Length));
        var frame = Frames.Udp4(new Flow(), 60);

        // The clock goes an hour wrong, packets come on one processor, and it is set right again.
        program.UtcOffset += Hour;
        var (one, other) = (0, Environment.ProcessorCount - 1);
        Pinned.Run(other, () => sender.Flood([frame], 3));
        Wait.Until(() => program.Rings.Any(ring => !ring.IsEmpty), "the packets to be in a ring");
        sources.Wait(0);
        // More come on the other one all the time.
        Wait.Until(
            () =>
            {
                Pinned.Run(one, () => sender.Flood([frame], 1));
                sources.Drain(encoder);
                sources.Wait(1);
                return program.Rings[other].IsEmpty;
            },
            "the packets from the future to be read");
        sources.StopReceiving();
        Wait.Until(
            () =>
            {
                sources.Drain(encoder);
                return sources.IsEmpty;
            },
            "the rings to be empty");
    }
}
