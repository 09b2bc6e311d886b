using MgCap.Capture;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Testing;

namespace MgCap.Bench.Parts;

/// <summary>A capture by the xdp engine on an interface where nothing comes, whose program is run on packets by hand.</summary>
internal sealed class FilledRings : IDisposable
{
    // What one processor stamps before the other.
    private const int Run = 64;

    private readonly VethLab _lab;
    private readonly XdpProgram _program;
    private readonly CaptureSources _sources;
    private readonly PacketBlockQueue _blocks;
    private readonly PacketEncoder _encoder;
    private readonly byte[] _frame;

    /// <param name="frameLength">Bytes of each packet.</param>
    /// <param name="snaplen">Bytes kept of it.</param>
    /// <param name="blocks">How many blocks there are, which have to hold all that is filled in.</param>
    internal FilledRings(int frameLength, int snaplen, int blocks)
    {
        _frame = Frames.Udp4(new Flow(), frameLength);
        _lab = VethLab.Create("rings");
        var settings = new CaptureSettings { Interface = _lab.Options.CaptureName, Snaplen = snaplen };
        QueueLedger[] queues = [new(0, "rx0"), new(-1, "tx")];
        (_program, _sources) = _lab.CaptureSide.Run(() =>
        {
            var nic = CaptureInterfaces.Find(settings.Interface)!;
            var program = new XdpProgram(settings.Snaplen, receiveQueues: 1, withDirection: true, filter: null, XdpProgram.DefaultRingBytes, new XdpHooks());
            return (program, new CaptureSources(new XdpSource(nic, program, new XdpAttachment(program, nic, promiscuous: false), queues)));
        });
        _blocks = new PacketBlockQueue(blocks, queues.Length);
        _encoder = new PacketEncoder(settings, _blocks);
    }

    /// <summary>Fills the rings of some processors, each in its turn, and waits until all that is in them is due.</summary>
    internal void Fill(int packets, int rings)
    {
        for (var i = 0; i < packets / Run; i++)
        {
            Native.Pin(0, i % rings);
            BpfProgram.Run(_program.ReceivedDescriptor, _frame, Run);
        }

        Thread.Sleep(10);
    }

    /// <summary>Merges and copies.</summary>
    /// <returns>How many packets.</returns>
    internal int Drain() => _sources.Drain(_encoder);

    /// <summary>Does the file's part.</summary>
    internal void Empty(Action<PacketBlock> write)
    {
        _encoder.Flush();
        while (_blocks.TakeFull(TimeSpan.Zero) is { } block)
        {
            write(block);
            block.Release();
        }
    }

    public void Dispose()
    {
        _sources.Dispose();
        _lab.Dispose();
    }
}
