using System.Runtime.CompilerServices;
using static MgCap.Linux.Libc.SysMman;

namespace MgCap.Linux;

/// <summary>
/// Memory that begins at a page, zeros at first, in huge pages where the kernel gives them (madvise(2), MADV_HUGEPAGE): a device takes it
/// without a copy. The finalizer frees it, so the user of a span must keep a reference to this object for as long.
/// </summary>
public sealed unsafe class PageMemory
{
    /// <summary>Bytes of a huge page.</summary>
    public const int HugePageSize = 2 * 1024 * 1024;

    private readonly nint _mapping;
    private readonly nuint _mapped;
    private readonly byte* _first;
    private readonly int _length;

    /// <summary>Maps memory.</summary>
    /// <param name="length">Bytes.</param>
    /// <exception cref="LinuxException">There is none.</exception>
    public PageMemory(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        // Room to begin at a huge page. What is not touched takes up nothing.
        _mapped = (nuint)length + HugePageSize;
        _mapping = mmap(0, _mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (_mapping == MAP_FAILED)
        {
            GC.SuppressFinalize(this);
            LinuxException.Throw("get memory");
        }

        _first = (byte*)(((nuint)_mapping + HugePageSize - 1) & ~(nuint)(HugePageSize - 1));
        _length = length;
        // Where the kernel has no huge pages, small ones do.
        _ = madvise((nint)_first, (nuint)length, MADV_HUGEPAGE);
        GC.AddMemoryPressure(length);
    }

    /// <summary>Gives the memory back.</summary>
    ~PageMemory()
    {
        _ = munmap(_mapping, _mapped);
        GC.RemoveMemoryPressure(_length);
    }

    /// <summary>
    /// Gets pages for a part, which are otherwise got when it is first written to: that takes tens of milliseconds where the kernel has to
    /// move others to make a huge one. What is in it stays as it is, so that others may use it meanwhile. Any thread.
    /// </summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="length">Bytes; what is more than there are does not count.</param>
    /// <remarks>madvise(2), MADV_POPULATE_WRITE. Kernels before 5.14 do nothing.</remarks>
    public void Populate(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var page = start - start % Environment.SystemPageSize;
        if (page < _length)
            _ = madvise((nint)(_first + page), (nuint)(Math.Min((long)start + length, _length) - page), MADV_POPULATE_WRITE);
        GC.KeepAlive(this);
    }

    /// <summary>All of it.</summary>
    public Span<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_first, _length);
    }
}
