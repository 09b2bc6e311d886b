using System.Runtime.CompilerServices;

namespace MgCap.Testing;

/// <summary>The pages of this process.</summary>
public static class MemoryPages
{
    private const int EntryLength = sizeof(ulong);

    /// <summary>Whether there is memory behind an address: bit 63 of the page's entry (kernel: admin-guide/mm/pagemap.rst).</summary>
    /// <param name="at">A byte of the page.</param>
    public static bool AreBehind(ref readonly byte at)
    {
        // The distance from null is the address.
        var address = Unsafe.ByteOffset(in Unsafe.NullRef<byte>(), in at);
        using var map = File.OpenHandle("/proc/self/pagemap");
        Span<byte> entry = stackalloc byte[EntryLength];
        if (RandomAccess.Read(map, entry, address / Environment.SystemPageSize * EntryLength) != EntryLength)
            throw new InvalidOperationException($"/proc/self/pagemap has nothing about {address:x}");
        return BitConverter.ToUInt64(entry) >> 63 == 1;
    }
}
