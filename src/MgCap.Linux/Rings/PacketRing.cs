using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxIfPacket;

namespace MgCap.Linux.Rings;

/// <summary>
/// A receive ring that a packet socket shares with the kernel: TPACKET_V3 (packet_mmap.rst in the kernel's documentation).
/// <code>
///   mapped:  | block 0 | block 1 | … | block n-1 |      the kernel fills them in a circle
///   block:   | tpacket_block_desc | packet | packet | … |
///   packet:  | tpacket3_hdr | sockaddr_ll | … | frame |  packets are named by their offset in the mapping
/// </code>
/// A block is the kernel's or this process's, as its status word says: the kernel gives it away when it is full or when
/// its first packet has waited for the retire time, <see cref="Release"/> gives it back. One thread reads a ring.
/// </summary>
public sealed unsafe class PacketRing : IWaitHandle, IDisposable
{
    // Packets follow each other in memory, but the processor does not look beyond a page by itself.
    private const int BytesAhead = 1536;

    private readonly SafeFd _socket;
    private readonly PacketRingOptions _options;
    private readonly int _blockShift;
    private readonly byte* _memory;
    private readonly nuint _size;
    private readonly bool[] _taken;
    private int _next;
    private bool _unmapped;

    /// <summary>Opens a packet socket with its ring; it receives nothing before <see cref="Bind"/>.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW, ENOMEM when the ring is too large.</exception>
    public PacketRing(PacketRingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _blockShift = BitOperations.Log2((uint)options.BlockSize);
        _taken = new bool[options.BlockCount];
        _size = (nuint)options.BlockSize * (nuint)options.BlockCount;
        // Protocol 0: the socket is not hooked into the packet path until it is bound.
        var kind = options.Cooked ? SysSocket.SOCK_DGRAM : SysSocket.SOCK_RAW;
        _socket = PacketSocket.Open(kind);
        try
        {
            _memory = MapRing();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    int IWaitHandle.Descriptor => (int)_socket.DangerousGetHandle();

    private byte* MapRing()
    {
        SetOption(PACKET_VERSION, TPACKET_V3, "choose TPACKET_V3");
        if (_options.HardwareStamps)
            SetOption(PACKET_TIMESTAMP, (int)LinuxNetTstamp.SOF_TIMESTAMPING_RAW_HARDWARE, "ask for hardware time stamps");
        var request = new tpacket_req3
        {
            tp_block_size = (uint)_options.BlockSize,
            tp_block_nr = (uint)_options.BlockCount,
            tp_frame_size = (uint)Environment.SystemPageSize,
            tp_frame_nr = (uint)(_size / (nuint)Environment.SystemPageSize),
            tp_retire_blk_tov = (uint)_options.RetireAfter.TotalMilliseconds,
        };
        SetOption(PACKET_RX_RING, request, "set up a receive ring");
        var memory = SysMman.mmap(0, _size, SysMman.PROT_READ | SysMman.PROT_WRITE, SysMman.MAP_SHARED, _socket, 0);
        if (memory == SysMman.MAP_FAILED)
            LinuxException.Throw("map a receive ring");
        return (byte*)memory;
    }

    /// <summary>Hooks the socket into the interface's packet path: from here on it receives what its filter accepts.</summary>
    /// <exception cref="LinuxException">ENODEV when there is no such interface.</exception>
    public void Bind() => PacketSocket.Bind(_socket, _options.InterfaceIndex, ETH_P_ALL);

    /// <summary>Puts the interface into promiscuous mode for as long as the socket lives (packet(7), PACKET_MR_PROMISC).</summary>
    public void JoinPromiscuous() => PacketSocket.JoinPromiscuous(_socket, _options.InterfaceIndex);

    /// <summary>Makes a group that shares the interface's packets by receive queue (packet(7), PACKET_FANOUT_QM), this socket its first member.</summary>
    /// <returns>The group's number, for <see cref="JoinFanout"/>.</returns>
    public int CreateFanout()
    {
        SetOption(PACKET_FANOUT, (uint)(PACKET_FANOUT_QM | PACKET_FANOUT_FLAG_UNIQUEID) << 16, "create a fanout group");
        uint group;
        var length = (uint)sizeof(uint);
        LinuxException.Check(SysSocket.getsockopt(_socket, SOL_PACKET, PACKET_FANOUT, &group, &length), "read the fanout group's number");
        return (ushort)group;
    }

    /// <summary>Joins a group made by <see cref="CreateFanout"/>; the n-th member gets the packets whose queue mapping is n modulo the group's size.</summary>
    public void JoinFanout(int group) => SetOption(PACKET_FANOUT, (uint)PACKET_FANOUT_QM << 16 | (uint)group, "join a fanout group");

    /// <summary>Attaches a classic BPF program in place of the filter before it; packets are cut at the length it returns.</summary>
    /// <exception cref="LinuxException">EINVAL when the program is longer than 4096 instructions or not valid.</exception>
    public void AttachFilter(ReadOnlySpan<ClassicInstruction> program) => PacketSocket.AttachFilter(_socket, program);

    /// <summary>Attaches an eBPF socket filter in place of the filter before it; packets are cut at the length it returns.</summary>
    public void AttachFilter(BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        PacketSocket.AttachFilter(_socket, program.Descriptor);
        GC.KeepAlive(program);
    }

    /// <summary>Takes the next block that the kernel has given away. It stays taken until it is released.</summary>
    /// <returns>The block's number, or -1 when there is none.</returns>
    public int TakeBlock()
    {
        var block = _next;
        // A block that is still taken says so itself, but the kernel has not filled it again: the circle is full.
        if (_taken[block] || (Volatile.Read(ref Block(block)->block_status) & TP_STATUS_USER) == 0)
            return -1;
        _taken[block] = true;
        _next = block + 1 == _options.BlockCount ? 0 : block + 1;
        return block;
    }

    /// <summary>Gives a block back to the kernel, which waits for the one that is next in the circle.</summary>
    public void Release(int block)
    {
        var descriptor = Block(block);
        // So that the packets of the round before do not stand for packets to come, see Horizon.
        descriptor->num_pkts = 0;
        _taken[block] = false;
        Volatile.Write(ref descriptor->block_status, TP_STATUS_KERNEL);
    }

    /// <summary>The number of packets in a taken block.</summary>
    public int PacketCount(int block) => (int)Block(block)->num_pkts;

    /// <summary>The offset in the ring of a taken block's first packet.</summary>
    public uint FirstPacket(int block) => (uint)block * (uint)_options.BlockSize + Block(block)->offset_to_first_pkt;

    /// <summary>The offset in the ring of the packet after this one in the same block.</summary>
    public uint NextPacket(uint offset)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0((byte*)Packet(offset) + BytesAhead);
        return offset + Packet(offset)->tp_next_offset;
    }

    /// <summary>The block that holds the packet at this offset.</summary>
    public int BlockOf(uint offset) => (int)(offset >> _blockShift);

    /// <summary>
    /// The packet's time stamp in nanoseconds since 1970-01-01 UTC; where <see cref="IsHardwareStamped"/>, what the device's clock showed.
    /// </summary>
    public long TimeOf(uint offset)
    {
        var packet = Packet(offset);
        return packet->tp_sec * 1_000_000_000L + packet->tp_nsec;
    }

    /// <summary>Whether the packet's time stamp was made by the device; never without <see cref="PacketRingOptions.HardwareStamps"/>.</summary>
    public bool IsHardwareStamped(uint offset) => (Packet(offset)->tp_status & TP_STATUS_TS_RAW_HARDWARE) != 0;

    /// <summary>The packet at this offset of a taken block.</summary>
    public RingPacket PacketAt(uint offset) => new(Packet(offset));

    /// <summary>
    /// The time before which this ring has nothing more to give than what was taken from it, in nanoseconds since 1970-01-01 UTC:
    /// the start of the block that comes next, or <paramref name="now"/> when there is nothing in it yet or no block is left to fill.
    /// The status and the count are the kernel's and may be old by what the processors have in flight; the caller allows for that.
    /// </summary>
    /// <param name="now">The real-time clock, read before this call.</param>
    public long Horizon(long now)
    {
        var next = Block(_next);
        if (_taken[_next] || Volatile.Read(ref next->num_pkts) == 0)
            return now;
        return next->ts_first_pkt.ts_sec * 1_000_000_000L + next->ts_first_pkt.ts_nsec;
    }

    /// <summary>The part of the ring's blocks that the kernel has given away and not got back, 0 to 1. Any thread.</summary>
    public double Fill()
    {
        var full = 0;
        for (var block = 0; block < _options.BlockCount; block++)
            full += (Volatile.Read(ref Block(block)->block_status) & TP_STATUS_USER) != 0 ? 1 : 0;
        return (double)full / _options.BlockCount;
    }

    /// <summary>Reads what the socket has counted since the last call, and sets its counters to zero (packet(7), PACKET_STATISTICS).</summary>
    /// <returns>Packets that passed the filter, and how many of them found the ring full.</returns>
    public (uint Accepted, uint Dropped) ReadAndResetCounters()
    {
        tpacket_stats_v3 counters;
        var length = (uint)sizeof(tpacket_stats_v3);
        LinuxException.Check(SysSocket.getsockopt(_socket, SOL_PACKET, PACKET_STATISTICS, &counters, &length), "read a packet socket's counters");
        return (counters.tp_packets, counters.tp_drops);
    }

    /// <summary>Reads and clears the socket's pending error (socket(7), SO_ERROR): ENETDOWN when the interface went down or away.</summary>
    public Errno TakeError() => PacketSocket.TakeError(_socket);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_unmapped)
            return;
        _unmapped = true;
        var result = SysMman.munmap((nint)_memory, _size);
        Debug.Assert(result == 0, "a mapping that was made can be unmapped");
        _socket.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private tpacket_block_desc* Block(int block) => (tpacket_block_desc*)(_memory + (nuint)block * (nuint)_options.BlockSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private tpacket3_hdr* Packet(uint offset) => (tpacket3_hdr*)(_memory + offset);

    private void SetOption<T>(int option, T value, string attempt)
        where T : unmanaged => PacketSocket.SetOption(_socket, option, value, attempt);
}
