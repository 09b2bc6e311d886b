using System.Runtime.CompilerServices;
using static MgCap.Linux.Libc.SysMman;

namespace MgCap.Linux;

/// <summary>
/// Memory that begins at a page, zeros at first, in huge pages where the kernel gives them (madvise(2), MADV_HUGEPAGE): a device takes it
/// without a copy. The finalizer frees it, so the user of a span must keep a reference to this object for as long.
/// </summary>
public sealed unsafe class PageMemory
{
    private const nuint HugePageSize = 2 * 1024 * 1024;

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

        _first = (byte*)(((nuint)_mapping + HugePageSize - 1) & ~(HugePageSize - 1));
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

    /// <summary>All of it.</summary>
    public Span<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_first, _length);
    }
}
