using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Statistics;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Packet;

/// <summary>
/// The packet sockets of a capture, with their rings and filters. Where an interface has several receive queues, its
/// sockets share its packets by the kernel's queue mapping (<see cref="CaptureInterface.FirstQueueMapping"/>): n queues have
/// n + 1 sockets where a packet may have no queue recorded, and n where it always has. One queue needs one socket.
/// </summary>
internal sealed class PacketSockets : IDisposable
{
    private const int TotalRingBytes = 64 * 1024 * 1024;
    private const int SmallestRingBytes = 1024 * 1024;

    // A block is read twice, to put its packets in order and to encode them; it should stay in the processor's cache between.
    private const int BlockBytes = 256 * 1024;
    private const int BlockBytesForLongPackets = 512 * 1024;
    private const int LongPacket = BlockBytes / 2;
    private const int MaxQueues = 128;

    // A lone packet is seen after this time; under load blocks fill up sooner.
    private static readonly TimeSpan _retireAfter = TimeSpan.FromMilliseconds(10);

    private readonly List<QueueLedger> _queues = [];
    private readonly CaptureDirection _direction;
    private BpfCounters? _filterCounters;
    private BpfProgram[] _filters = [];
    private bool _filterIsUncounted;

    private PacketSockets(CaptureSettings settings, CaptureInterface nic)
    {
        // Loopback and CAN devices show every sent packet as a received one, too; the latter is enough, as it is for tcpdump.
        _direction = (nic.IsLoopback || nic.LinkType == LinkType.Can) && settings.EffectiveDirection == CaptureDirection.Both ? CaptureDirection.In : settings.EffectiveDirection;
        OfAll = nic.IsAny;
        var perRing = AddQueues(nic.RxQueues, unrecorded: nic.FirstQueueMapping > 0);
        var options = RingOptions(nic, perRing.Count, settings);
        Rings = new OrderedRing[perRing.Count];
        try
        {
            for (var i = 0; i < Rings.Length; i++)
                Rings[i] = new OrderedRing(options, perRing[i]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One for each socket.</summary>
    internal OrderedRing[] Rings { get; }

    /// <summary>The accounts of the queues.</summary>
    internal IReadOnlyList<QueueLedger> Queues => _queues;

    /// <summary>The place in the ledger of sent packets.</summary>
    internal int SentQueue { get; private set; }

    /// <summary>Whether they see the packets of all interfaces.</summary>
    private bool OfAll { get; }

    /// <summary>How the sockets are made, for people.</summary>
    internal string Detail => $"TPACKET_V3, {(Rings.Length == 1 ? "1 ring" : $"{Rings.Length} rings by receive queue")}"
        + (_filterIsUncounted ? ", filtered packets not counted (needs CAP_BPF and libbpf)" : "");

    /// <summary>Opens the sockets; when this returns they receive what the settings ask for, and nothing else was let in before.</summary>
    /// <exception cref="LinuxException">The kernel refused; EPERM without CAP_NET_RAW.</exception>
    /// <exception cref="CaptureRefusedException">filter_invalid.</exception>
    internal static PacketSockets Open(CaptureSettings settings, CaptureInterface nic)
    {
        // First, as a missing privilege comes before what is wrong with a filter.
        var sockets = new PacketSockets(settings, nic);
        try
        {
            var program = string.IsNullOrEmpty(settings.Filter)
                ? [ClassicBpf.Return((uint)settings.Snaplen)]
                : CaptureFilter.ProgramFor(settings, nic);
            sockets.RejectAll();
            sockets.Join();
            if (settings.Promiscuous && !nic.IsLoopback && !nic.IsAny)
                sockets.Rings[0].Ring.JoinPromiscuous();
            sockets.Accept(program, counted: !string.IsNullOrEmpty(settings.Filter));
            return sockets;
        }
        catch
        {
            sockets.Dispose();
            throw;
        }
    }

    /// <summary>Lets nothing more in.</summary>
    internal void RejectAll()
    {
        foreach (var ring in Rings)
            ring.Ring.AttachFilter([ClassicBpf.Return(0)]);
    }

    /// <summary>Enters what the kernel has counted.</summary>
    /// <param name="dropped">By socket, packets that found the ring full.</param>
    internal void UpdateLedger(ReadOnlySpan<long> dropped)
    {
        var filtered = _filterCounters is null ? [] : _filterCounters.Read();
        long sentFiltered = 0;
        for (var i = 0; i < Rings.Length; i++)
        {
            if (!filtered.IsEmpty)
                sentFiltered += (long)filtered[2 * i + 1];
            var receivedFiltered = filtered.IsEmpty ? 0 : (long)filtered[2 * i];
            _queues[Rings[i].ReceiveQueue].SetKernelCounts(receivedFiltered, dropped[i]);
            _queues[Rings[i].ReceiveQueue].SetRingFill(Rings[i].Ring.Fill());
        }

        if (_direction == CaptureDirection.Both)
            _queues[SentQueue].SetKernelCounts(sentFiltered, 0);
        else if (_direction == CaptureDirection.Out)
            _queues[SentQueue].SetKernelCounts(sentFiltered, dropped[0]);
    }

    public void Dispose()
    {
        foreach (var ring in Rings)
            ring?.Dispose();
        foreach (var filter in _filters)
            filter.Dispose();
        _filterCounters?.Dispose();
    }

    /// <summary>Makes the queues' accounts.</summary>
    /// <returns>For each ring, the account of what is received through it.</returns>
    private List<int> AddQueues(int receiveQueues, bool unrecorded)
    {
        var perRing = new List<int>();
        if (_direction == CaptureDirection.Out || receiveQueues > MaxQueues)
            perRing.Add(AddQueue(-1, _direction == CaptureDirection.Out ? "tx" : ""));
        else if (receiveQueues > 1 && unrecorded)
            perRing.Add(AddQueue(-1, ""));
        if (_direction != CaptureDirection.Out && receiveQueues <= MaxQueues)
        {
            for (var queue = 0; queue < receiveQueues; queue++)
                perRing.Add(AddQueue(queue, $"rx{queue}"));
        }

        SentQueue = _direction == CaptureDirection.Both ? AddQueue(-1, "tx") : 0;
        return perRing;
    }

    private int AddQueue(int number, string name)
    {
        _queues.Add(new QueueLedger(number, name));
        return _queues.Count - 1;
    }

    private static PacketRingOptions RingOptions(CaptureInterface nic, int rings, CaptureSettings settings)
    {
        var block = settings.Snaplen > LongPacket ? BlockBytesForLongPackets : BlockBytes;
        var perRing = Math.Max(TotalRingBytes / rings, Math.Max(SmallestRingBytes, 2 * block));
        return new PacketRingOptions
        {
            InterfaceIndex = nic.Index,
            BlockSize = block,
            BlockCount = perRing / block,
            RetireAfter = _retireAfter,
            Cooked = nic.LinkType.IsCooked,
            HardwareStamps = settings.Hwtstamp,
        };
    }

    private WantedPackets Wanted => new(_direction, LeaveOutLooped: OfAll);

    private void Join()
    {
        Rings[0].Ring.Bind();
        if (Rings.Length == 1)
            return;
        var group = Rings[0].Ring.CreateFanout();
        foreach (var ring in Rings.AsSpan(1))
        {
            ring.Ring.Bind();
            ring.Ring.JoinFanout(group);
        }
    }

    private void Accept(ClassicInstruction[] program, bool counted)
    {
        if (counted && TryAcceptCounted(program))
            return;
        _filterIsUncounted = counted;
        var classic = Wanted.Before(program);
        foreach (var ring in Rings)
            ring.Ring.AttachFilter(classic);
    }

    /// <summary>The kernel counts what a socket's filter accepts, not what it leaves out: an eBPF program does.</summary>
    private bool TryAcceptCounted(ClassicInstruction[] program)
    {
        try
        {
            _filterCounters = new BpfCounters("mgcap_filtered", 2 * Rings.Length);
            var filters = new BpfProgram[Rings.Length];
            for (var i = 0; i < Rings.Length; i++)
            {
                if (SocketFilterTranslator.Translate(program, Wanted, _filterCounters, 2 * i) is not { } translated)
                {
                    DropCounters();
                    return false;
                }

                filters[i] = BpfProgram.LoadSocketFilter("mgcap_filter", translated);
                _filters = filters[..(i + 1)];
            }
        }
        catch (Exception exception) when (exception is LinuxException or DllNotFoundException)
        {
            // Without CAP_BPF or libbpf the filter still works; only the count is missing, and the capture's detail says so.
            DropCounters();
            return false;
        }

        for (var i = 0; i < Rings.Length; i++)
            Rings[i].Ring.AttachFilter(_filters[i]);
        return true;
    }

    private void DropCounters()
    {
        foreach (var filter in _filters)
            filter.Dispose();
        _filters = [];
        _filterCounters?.Dispose();
        _filterCounters = null;
    }
}
