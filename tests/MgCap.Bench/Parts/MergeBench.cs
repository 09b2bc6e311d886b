using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using MgCap.Capture;
using MgCap.Capture.Blocks;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Testing;

namespace MgCap.Bench.Parts;

/// <summary>From the rings of the xdp engine, which its own program has filled, to the buffer for the file.</summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls CleanUp.")]
public class MergeBench
{
    private const int Packets = 65536;

    // What one processor stamps before the other.
    private const int Run = 64;

    private readonly byte[] _frame = Frames.Udp4(new Flow(), 128);
    private VethLab? _lab;
    private XdpProgram? _program;
    private XdpSource? _source;
    private PacketBlockQueue? _blocks;
    private PacketEncoder? _encoder;

    /// <summary>Processors whose rings have packets.</summary>
    [Params(1, 2)]
    public int Rings { get; set; }

    /// <summary>Opens a capture on an interface where nothing comes.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _lab = VethLab.Create("merge");
        var settings = new CaptureSettings { Interface = _lab.Options.CaptureName };
        _lab.CaptureSide.Run(() =>
        {
            var nic = CaptureInterfaces.Find(settings.Interface)!;
            _program = new XdpProgram(settings.Snaplen, receiveQueues: 1, withDirection: true, filter: null, XdpProgram.DefaultRingBytes, new XdpHooks());
            var ledger = new CaptureLedger([new QueueLedger(0, "rx0"), new QueueLedger(-1, "tx")]);
            _source = new XdpSource(nic, _program, new XdpAttachment(_program, nic, promiscuous: false), ledger);
            _blocks = new PacketBlockQueue(16, ledger.Queues.Count);
            _encoder = new PacketEncoder(settings, _blocks);
            return 0;
        });
    }

    /// <summary>Fills the rings, each processor in its turn, and waits until all that is in them is due.</summary>
    [IterationSetup]
    public void Fill()
    {
        for (var i = 0; i < Packets / Run; i++)
        {
            Native.Pin(0, i % Rings);
            BpfProgram.Run(_program!.ReceivedDescriptor, _frame, Run);
        }

        Thread.Sleep(10);
    }

    /// <summary>Merges and copies.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Drain() => _source!.Drain(_encoder!);

    /// <summary>Does the file's part.</summary>
    [IterationCleanup]
    public void Empty()
    {
        _encoder!.Flush();
        while (_blocks!.TakeFull(TimeSpan.Zero) is { } block)
            block.Release();
    }

    /// <summary>Closes the capture.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _source?.Dispose();
        _lab?.Dispose();
    }
}
