using System.Numerics;
using System.Runtime.InteropServices;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>The programs of capture.bpf.c in the kernel, with their maps.</summary>
internal sealed class XdpProgram : IDisposable
{
    /// <summary>Room for packets, all rings together.</summary>
    internal const int UsualRingBytes = 64 * 1024 * 1024;

    private const string Received = "capture_received";
    private const string Bound = "capture_bound";
    private const string AtTcx = "capture_sent";
    private const string AtSocket = "capture_tapped";

    private const int SmallestRingBytes = 512 * 1024;
    private const int LongestAroundPacket = 64;
    private const int CacheLine = 64;

    private static readonly Lazy<bool> _hasKernelContext = new(() => BpfObject.KernelHasFunction("bpf_cast_to_kern_ctx"));

    private readonly BpfObject _object;
    private readonly BpfMapMemory _rings;
    private readonly BpfMapMemory _cursors;
    private readonly BpfMapMemory _counters;
    private readonly BpfMapMemory _control;
    private readonly int _rowsPerProcessor;
    private readonly string _received;
    private readonly string _sent;
    private readonly BpfProgram? _filteredReceived;
    private readonly BpfProgram? _filteredSent;

    /// <param name="snaplen">Bytes kept of each packet.</param>
    /// <param name="receiveQueues">Receive queues that are told apart.</param>
    /// <param name="withDirection">Whether the blocks say it.</param>
    /// <param name="filter">Decides which packets are captured; null for all.</param>
    /// <param name="ringBytes">Room in all rings together; each has the least that is of use.</param>
    /// <param name="boundTo">The interface whose driver the program asks; null where it asks none.</param>
    /// <param name="sentHook">Where sent packets are seen.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    /// <exception cref="CaptureRefusedException">engine_unavailable: the filter can't be had in the kernel.</exception>
    internal XdpProgram(int snaplen, int receiveQueues, bool withDirection, XdpFilter? filter, int ringBytes, BoundTo? boundTo = null, SentHook sentHook = SentHook.Tcx)
    {
        var processors = Processors.Possible;
        var longestBlock = snaplen + LongestAroundPacket;
        var ringSize = (int)BitOperations.RoundUpToPowerOf2(
            (uint)Math.Max(ringBytes / processors, Math.Max(SmallestRingBytes, 4 * longestBlock)));
        // Two processors' rows share no cache line.
        _rowsPerProcessor = RoundUp(receiveQueues + 1, CacheLine / Marshal.SizeOf<Counter>());
        IsBound = boundTo is not null;
        TellsTags = boundTo is { Tags: true };
        SentHook = sentHook;
        _received = IsBound ? Bound : Received;
        _sent = sentHook == SentHook.Tcx ? AtTcx : AtSocket;
        _object = new BpfObject(ObjectFile());
        try
        {
            _object.Choose(_received);
            _object.Choose(_sent);
            if (boundTo is not null)
                _object.Bind(Bound, boundTo.InterfaceIndex);
            _object.SetConstants(new Settings
            {
                RingBytes = (uint)ringSize,
                Snaplen = (uint)snaplen,
                ReceiveQueues = (uint)receiveQueues,
                CountersStride = (uint)_rowsPerProcessor,
                WithFlags = withDirection ? 1u : 0,
                Filtered = filter is null ? 0u : 1,
                KernelContext = _hasKernelContext.Value ? 1u : 0,
                DeviceStamps = boundTo is { Stamps: true } ? 1u : 0,
                DeviceTags = TellsTags ? 1u : 0,
                WeaklyOrdered = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0u : 1,
            });
            _object.SetMapSize("rings", processors, RoundUp(ringSize + longestBlock, Environment.SystemPageSize));
            _object.SetMapSize("cursors", processors);
            _object.SetMapSize("counters", processors * _rowsPerProcessor);
            _object.Load();
            if (filter is not null)
            {
                _filteredReceived = FilterSplice.Load(_object, _received, filter.Received, BpfProgramType.Xdp, boundTo?.InterfaceIndex);
                _filteredSent = FilterSplice.Load(
                    _object, _sent, filter.Sent, sentHook == SentHook.Tcx ? BpfProgramType.SchedCls : BpfProgramType.SocketFilter);
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

    /// <summary>Whether it is for one interface alone, and only in its driver.</summary>
    internal bool IsBound { get; }

    /// <summary>Whether VLAN tags that the device takes out of frames are put back.</summary>
    internal bool TellsTags { get; }

    /// <summary>Where sent packets are seen.</summary>
    internal SentHook SentHook { get; }

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
    internal int ReceivedDescriptor => _filteredReceived?.Descriptor ?? _object.ProgramDescriptor(_received);

    private ref ControlBlock Control => ref _control.Value<ControlBlock>(0);

    /// <summary>Lets the program see what the interface receives.</summary>
    internal BpfLink AttachReceived(int interfaceIndex, bool native) => BpfLink.AttachXdp(ReceivedDescriptor, interfaceIndex, native);

    /// <summary>Lets the program see what the interface sends.</summary>
    internal IDisposable AttachSent(int interfaceIndex)
    {
        var program = _filteredSent?.Descriptor ?? _object.ProgramDescriptor(_sent);
        return SentHook == SentHook.Tcx ? BpfLink.AttachEgress(program, interfaceIndex) : new PacketTap(program, interfaceIndex);
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
        _filteredReceived?.Dispose();
        _filteredSent?.Dispose();
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
