using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.Mgcap;

namespace MgCap.Linux.Kmod;

/// <summary>
/// /dev/mgcap/IF, opened and mapped: the rings of a capture that runs in mgcap.ko, and its counters. Both can be read after the
/// capture has ended, too, until this is closed.
/// </summary>
public sealed unsafe class SlotDevice : ISlotOwner, IWaitHandle, IDisposable
{
    private const string Folder = "/dev/mgcap/";

    private readonly SafeFd _fd;
    private readonly nint _mapping;
    private readonly nuint _length;
    private bool _disposed;

    /// <summary>Opens the device of a capture that was started.</summary>
    /// <exception cref="LinuxException">ENOENT when no capture runs on the interface, EACCES without the right to read its packets.</exception>
    /// <exception cref="InvalidDataException">The module is of another version.</exception>
    public SlotDevice(string interfaceName)
    {
        var path = Folder + interfaceName;
        _fd = SafeFd.Own(Fcntl.open(path, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC), $"open {path}");
        try
        {
            _length = LengthOfAll();
            _mapping = Map(_length);
            Memory = new SlotMemory(_mapping, (long)_length);
        }
        catch
        {
            Dispose();
            throw;
        }

        Rings = [.. Enumerable.Range(0, Memory.Rings).Select(ring => new SlotRing(Memory, ring, this))];
    }

    /// <summary>The mapping.</summary>
    public SlotMemory Memory { get; }

    /// <summary>One for each processor.</summary>
    public IReadOnlyList<SlotRing> Rings { get; }

    int IWaitHandle.Descriptor => (int)_fd.DangerousGetHandle();

    /// <summary>What a receive queue has counted; null is for packets of which none is known. Any thread.</summary>
    public (long Filtered, long Dropped) ReadQueue(int? queue)
    {
        var counters = new mgcap_queue { queue = (uint?)queue ?? MGCAP_QUEUE_UNKNOWN };
        LinuxException.Check(SysIoctl.ioctl(_fd, MGCAP_IOC_GET_QUEUE, &counters), "read the counters of mgcap.ko");
        return ((long)counters.filtered, (long)(counters.dropped_full + counters.dropped_unreadable));
    }

    /// <inheritdoc/>
    public void Advance(uint ring, uint from, uint count)
    {
        var advance = new mgcap_advance { ring = ring, from = from, count = count };
        if (SysIoctl.ioctl(_fd, MGCAP_IOC_ADVANCE, &advance) == 0)
            return;
        var errno = (Errno)Marshal.GetLastPInvokeError();
        throw new LinuxException(
            "give slots back to mgcap.ko", errno, errno == Errno.ESTALE ? "another program has read from the device and taken packets of this capture" : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_mapping != 0)
            SysMman.munmap(_mapping, _length);
        _fd.Dispose();
    }

    private nuint LengthOfAll()
    {
        var page = (nuint)Environment.SystemPageSize;
        var first = Map(page);
        var length = (nuint)SlotMemory.LengthOf(first);
        SysMman.munmap(first, page);
        return length;
    }

    private nint Map(nuint length)
    {
        var mapping = SysMman.mmap(0, length, SysMman.PROT_READ, SysMman.MAP_SHARED, _fd, 0);
        if (mapping == SysMman.MAP_FAILED)
            LinuxException.Throw("map the rings of mgcap.ko");
        return mapping;
    }
}
