using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Testing;

/// <summary>
/// An Ethernet interface whose cable is in the test's hands (tuntap.rst in the kernel's documentation): what is written to a queue
/// is received by the interface on that queue, as a network card's driver would. Owns the interface.
/// </summary>
public sealed unsafe partial class TapDevice : IDisposable
{
    private const int SetInterface = 0x400454ca;
    private const int SetLink = 0x400454cd;
    private const short Tap = 0x2;
    private const short Tun = 0x1;
    private const short NoPacketInformation = 0x1000;
    private const short MultiQueue = 0x100;
    private const int NameLength = 16;

    private readonly SafeFileHandle[] _queues;

    /// <summary>Makes the interface and switches it on.</summary>
    /// <param name="network">Where it is to be.</param>
    /// <param name="name">Its name.</param>
    /// <param name="queues">Its receive queues.</param>
    /// <param name="ip">Whether it carries bare IP packets (a "tun") instead of Ethernet frames.</param>
    /// <param name="hardwareType">The ARPHRD_ type that it says it is of (linux/if_arp.h); null for what it is.</param>
    public TapDevice(NetworkNamespace network, string name, int queues = 1, bool ip = false, int? hardwareType = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var flags = (short)((ip ? Tun : Tap) | NoPacketInformation | (queues > 1 ? MultiQueue : 0));
        _queues = network.Run(() => Enumerable.Range(0, queues).Select(_ => OpenQueue(name, flags)).ToArray());
        if (hardwareType is int type)
            SetHardwareType(type);
        network.Ip("link", "set", "dev", name, "arp", "off", "up");
    }

    /// <summary>Makes it say that it is of another ARPHRD_ type (linux/if_arp.h); it has to be down.</summary>
    public void SetHardwareType(int type) => Native.Check(ioctl(_queues[0], SetLink, (void*)type), $"make the interface one of type {type}");

    /// <summary>Lets the interface receive a frame.</summary>
    public void Receive(int queue, ReadOnlySpan<byte> frame)
    {
        fixed (byte* first = frame)
        {
            if (write(_queues[queue], first, (nuint)frame.Length) != frame.Length)
                throw Native.Failure($"write a frame of {frame.Length} bytes");
        }
    }

    /// <summary>Lets an interface of bare IP packets throw one away: what is of no version of IP its driver (tun) counts as rx_dropped.</summary>
    public void Lose(int queue)
    {
        byte nothing = 0;
        if (write(_queues[queue], &nothing, 1) >= 0)
            throw new InvalidOperationException("the device has taken what is no IP packet");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var queue in _queues)
            queue.Dispose();
    }

    private static SafeFileHandle OpenQueue(string name, short flags)
    {
        var queue = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        // struct ifreq: the name, and the flags in a union.
        var request = stackalloc byte[40];
        NativeMemory.Clear(request, 40);
        System.Text.Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameLength - 1));
        *(short*)(request + NameLength) = flags;
        Native.Check(ioctl(queue, SetInterface, request), $"make the interface {name}");
        return queue;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle fd, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle fd, byte* data, nuint length);
}
