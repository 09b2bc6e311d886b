using System.Numerics;
using System.Runtime.InteropServices;
using MgCap.Capture.Filtering;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>The programs of capture.bpf.c in the kernel, with their maps.</summary>
internal sealed class XdpProgram : IDisposable
{
    /// <summary>Room for packets, all rings together.</summary>
    internal const int DefaultRingBytes = 64 * 1024 * 1024;

    private const int SmallestRingBytes = 512 * 1024;
    private const int MaxBlockOverhead = 64;
    private const int CacheLine = 64;

    private static readonly Lazy<bool> _hasKernelContext = new(() => BpfObject.KernelHasFunction("bpf_cast_to_kern_ctx"));

    private readonly BpfObject _object;
    private readonly BpfMapMemory _rings;
    private readonly BpfMapMemory _cursors;
    private readonly BpfMapMemory _counters;
    private readonly BpfMapMemory _control;
    private readonly int _rowsPerProcessor;
    private readonly HookedProgram? _received;
    private readonly HookedProgram? _sent;
    private readonly HookedProgram? _dropSent;

    /// <param name="snaplen">Bytes kept of each packet.</param>
    /// <param name="receiveQueues">Receive queues that are told apart.</param>
    /// <param name="withDirection">Whether the blocks say it.</param>
    /// <param name="filter">Decides which packets are captured; null for all.</param>
    /// <param name="ringBytes">Room in all rings together; each has the least that is of use.</param>
    /// <param name="hooks">Where packets are to be seen.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    /// <exception cref="CaptureRefusedException">engine_unavailable: the kernel does not take the filter.</exception>
    internal XdpProgram(int snaplen, int receiveQueues, bool withDirection, XdpFilter? filter, int ringBytes, XdpHooks hooks)
    {
        var processors = Processors.Possible;
        var maxBlockLength = snaplen + MaxBlockOverhead;
        var ringSize = (int)BitOperations.RoundUpToPowerOf2(
            (uint)Math.Max(ringBytes / processors, Math.Max(SmallestRingBytes, 4 * maxBlockLength)));
        // Two processors' rows share no cache line.
        _rowsPerProcessor = RoundUp(receiveQueues + 1, CacheLine / Marshal.SizeOf<Counter>());
        Hooks = hooks;
        _object = new BpfObject(ObjectFile());
        try
        {
            foreach (var (name, _) in hooks.Programs)
                _object.Choose(name);
            if (hooks.Binding is { } binding)
                _object.Bind(XdpHooks.Bound, binding.InterfaceIndex);
            _object.SetConstants(new Settings
            {
                RingBytes = (uint)ringSize,
                Snaplen = (uint)snaplen,
                ReceiveQueues = (uint)receiveQueues,
                CountersStride = (uint)_rowsPerProcessor,
                WithFlags = withDirection ? 1u : 0,
                Filtered = filter is null ? 0u : 1,
                KernelContext = _hasKernelContext.Value ? 1u : 0,
                DeviceStamps = hooks.Binding is { Stamps: true } ? 1u : 0,
                DeviceTags = hooks.Binding is { Tags: true } ? 1u : 0,
                WeaklyOrdered = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0u : 1,
                FirstMapping = (uint)hooks.FirstQueueMapping,
                TracedInterface = hooks.Traced.Index,
                TracedNamespace = hooks.Traced.Namespace,
            });
            _object.SetMapSize("rings", processors, RoundUp(ringSize + maxBlockLength, Environment.SystemPageSize));
            _object.SetMapSize("cursors", processors);
            _object.SetMapSize("counters", processors * _rowsPerProcessor);
            _object.Load();
            foreach (var (name, site) in hooks.Programs)
            {
                var program = new HookedProgram(_object, name, site, filter, site == FilterSite.Xdp ? hooks.Binding?.InterfaceIndex : null);
                if (site is FilterSite.Socket or FilterSite.Tracepoint)
                    _sent = program;
                else if (site == FilterSite.Egress)
                    _dropSent = program;
                else
                    _received = program;
            }

            _rings = _object.Map("rings");
            _cursors = _object.Map("cursors");
            _counters = _object.Map("counters");
            _control = _object.Map(".data.control");
            Bell = _object.Doorbell("bell");
        }
        catch
        {
            Dispose();
            throw;
        }

        Rings = [.. Enumerable.Range(0, processors).Select(processor => new BlockRing(_rings, _cursors, processor, ringSize))];
    }

    /// <summary>Where packets are seen.</summary>
    internal XdpHooks Hooks { get; }

    /// <summary>One for each processor.</summary>
    internal BlockRing[] Rings { get; }

    /// <summary>Rings when a block is written while <see cref="ReaderSleeps"/>.</summary>
    internal BpfDoorbell Bell { get; }

    /// <summary>Whether the next block rings the bell, once.</summary>
    internal bool ReaderSleeps
    {
        get => Volatile.Read(ref Control.ReaderSleeps) != 0;
        set => Volatile.Write(ref Control.ReaderSleeps, value ? 1u : 0);
    }

    /// <summary>Whether packets are captured.</summary>
    internal bool Receiving
    {
        set => Volatile.Write(ref Control.Receiving, value ? 1u : 0);
    }

    /// <summary>Whether captured packets go no further.</summary>
    internal bool Drop
    {
        set => Volatile.Write(ref Control.Drop, value ? 1u : 0);
    }

    /// <summary>Nanoseconds from the monotonic clock to UTC.</summary>
    internal long UtcOffset
    {
        get => Volatile.Read(ref Control.UtcOffset);
        set => Volatile.Write(ref Control.UtcOffset, value);
    }

    /// <summary>The program for what is received.</summary>
    internal int ReceivedDescriptor => _received!.Descriptor;

    private ref ControlBlock Control => ref _control.Value<ControlBlock>(0);

    /// <summary>Attaches the program for what is received.</summary>
    /// <exception cref="LinuxException">The kernel refused: EBUSY or EEXIST when the interface has an XDP program.</exception>
    internal IDisposable AttachReceived(int interfaceIndex) => Hooks.Receive == ReceiveHook.Tcx
        ? BpfLink.AttachTcx(ReceivedDescriptor, interfaceIndex, sent: false)
        : BpfLink.AttachXdp(ReceivedDescriptor, interfaceIndex, native: Hooks.Receive != ReceiveHook.Generic);

    /// <summary>Attaches the programs for what is sent: the second one only if there is one.</summary>
    internal IEnumerable<IDisposable> AttachSent(int interfaceIndex)
    {
        yield return Hooks.Egress == EgressHook.Tracepoint
            ? BpfLink.AttachTracepoint(_sent!.Descriptor)
            : new PacketTap(_sent!.Descriptor, interfaceIndex);
        if (_dropSent is not null)
            yield return BpfLink.AttachTcx(_dropSent.Descriptor, interfaceIndex, sent: true);
    }

    /// <summary>What a queue has counted, on all processors.</summary>
    internal (long Filtered, long Dropped) Count(int queue)
    {
        long filtered = 0;
        long dropped = 0;
        for (var row = queue; row < _counters.Count; row += _rowsPerProcessor)
        {
            ref var counter = ref _counters.Value<Counter>(row);
            filtered += Volatile.Read(ref counter.Filtered);
            dropped += Volatile.Read(ref counter.Dropped);
        }

        return (filtered, dropped);
    }

    public void Dispose()
    {
        Bell?.Dispose();
        _rings?.Dispose();
        _cursors?.Dispose();
        _counters?.Dispose();
        _control?.Dispose();
        _received?.Dispose();
        _sent?.Dispose();
        _dropSent?.Dispose();
        _object.Dispose();
    }

    private static byte[] ObjectFile()
    {
        using var stream = typeof(XdpProgram).Assembly.GetManifestResourceStream("capture.bpf.o")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>struct settings of capture.bpf.c</summary>
    private struct Settings
    {
        internal uint RingBytes;
        internal uint Snaplen;
        internal uint ReceiveQueues;
        internal uint CountersStride;
        internal uint WithFlags;
        internal uint Filtered;
        internal uint WeaklyOrdered;
        internal uint KernelContext;
        internal uint DeviceStamps;
        internal uint DeviceTags;
        internal uint FirstMapping;
        internal uint TracedInterface;
        internal uint TracedNamespace;
    }

    /// <summary>struct counter of capture.bpf.c</summary>
    private struct Counter
    {
        internal long Filtered;
        internal long Dropped;
    }

    /// <summary>struct control of capture.bpf.c</summary>
    private struct ControlBlock
    {
        internal uint Receiving;
        internal uint Drop;
        internal long UtcOffset;
        internal uint ReaderSleeps;
        internal uint Unused;
    }
}
