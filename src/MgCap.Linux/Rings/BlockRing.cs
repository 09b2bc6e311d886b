using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MgCap.Linux.Rings;

/// <summary>
/// The reader's half of a ring of finished PCAP-NG blocks that a BPF program fills (capture.bpf.c): one program on one
/// processor writes, one thread reads. Positions only grow; a block lies at its position modulo the ring's size and may run
/// over the ring's end; the one after it then begins at 0. The blocks read are the kernel's again from <see cref="Release"/> on.
/// </summary>
public sealed unsafe class BlockRing
{
    private const int TailOffset = 64;
    private const int BytesAhead = 1024;

    private readonly byte* _blocks;
    private readonly ulong* _head;
    private readonly ulong* _tail;
    private readonly ulong _size;
    private ulong _position;
    private ulong _known;

    /// <param name="rings">The rings' memory, which stays the caller's and must outlive this.</param>
    /// <param name="cursors">Likewise their heads and tails, each on a cache line of its own.</param>
    /// <param name="index">Which one.</param>
    /// <param name="size">The ring's size in bytes, without the room behind it; a power of two.</param>
    [SuppressMessage("Design", "CA1062", Justification = "Checked by At.")]
    public BlockRing(BpfMapMemory rings, BpfMapMemory cursors, int index, int size)
    {
        _blocks = rings.At(index);
        _head = (ulong*)cursors.At(index);
        _tail = (ulong*)(cursors.At(index) + TailOffset);
        _size = (ulong)size;
    }

    /// <summary>Whether there is a block to read; as of the last <see cref="Refresh"/>.</summary>
    public bool HasNext => _position != _known;

    /// <summary>Whether the program has written nothing that was not read. Any thread.</summary>
    public bool IsEmpty => Volatile.Read(ref *_head) == Volatile.Read(ref _position);

    /// <summary>The part of the ring that waits to be read, 0 to 1. Any thread.</summary>
    public double Fill
    {
        get
        {
            // The tail first: it never passes a head that is read after it.
            var tail = Volatile.Read(ref *_tail);
            return Math.Min(1, (double)(Volatile.Read(ref *_head) - tail) / _size);
        }
    }

    /// <summary>Where the next block lies.</summary>
    public ulong Position => _position;

    /// <summary>Takes note of the blocks written by now.</summary>
    public void Refresh() => _known = Volatile.Read(ref *_head);

    /// <summary>The next block; the kernel's again after <see cref="Release"/>.</summary>
    public ReadOnlySpan<byte> Next
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var block = _blocks + (_position & (_size - 1));
            if (Sse.IsSupported)
                Sse.Prefetch0(block + BytesAhead);
            return new ReadOnlySpan<byte>(block, *(int*)(block + sizeof(uint)));
        }
    }

    /// <summary>The time of the next block's packet, in nanoseconds since 1970-01-01 UTC.</summary>
    public long NextTime
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var words = (uint*)(_blocks + (_position & (_size - 1)));
            return (long)((ulong)words[3] << 32 | words[4]);
        }
    }

    /// <summary>Goes on to the block after the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveNext()
    {
        var place = _position & (_size - 1);
        var length = *(uint*)(_blocks + place + sizeof(uint));
        Volatile.Write(ref _position, place + length < _size ? _position + length : _position - place + _size);
    }

    /// <summary>A block that was gone past and not released, by its position.</summary>
    public ReadOnlySpan<byte> BlockAt(ulong position)
    {
        var block = _blocks + (position & (_size - 1));
        return new ReadOnlySpan<byte>(block, *(int*)(block + sizeof(uint)));
    }

    /// <summary>Gives the blocks read to the kernel.</summary>
    public void Release() => ReleaseUpTo(_position);

    /// <summary>Gives blocks read to the kernel, those before a position.</summary>
    public void ReleaseUpTo(ulong position) => Volatile.Write(ref *_tail, position);
}
