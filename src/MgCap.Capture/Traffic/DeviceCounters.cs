using System.Diagnostics;
using MgCap.Linux;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Traffic;

/// <summary>What an interface has sent and refused since this was made; others may send there too. Any thread may look.</summary>
internal sealed class DeviceCounters
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);

    private readonly string _interface;
    private readonly NetworkLink _before;
    private NetworkLink _last;

    /// <exception cref="LinuxException">ENETDOWN when it is not up.</exception>
    internal DeviceCounters(string interfaceName)
    {
        _interface = interfaceName;
        _before = _last = FindUp();
    }

    /// <summary>Looks again.</summary>
    /// <exception cref="LinuxException">ENETDOWN when it is not up any more, or gone; what was seen last then stays.</exception>
    internal void Renew() => Volatile.Write(ref _last, FindUp());

    /// <summary>Waits until so many packets are sent or refused, or for some time.</summary>
    internal (long Sent, long Refused) WaitFor(long packets, TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var now = NetworkLinks.Find(_interface) ?? Volatile.Read(ref _last);
            var sent = (long)(now.SentPackets - _before.SentPackets);
            var refused = (long)(now.UnsentPackets - _before.UnsentPackets);
            if (sent + refused >= packets || Stopwatch.GetElapsedTime(start) > patience)
                return (sent, refused);
            CurrentThread.Sleep(_pause);
        }
    }

    private NetworkLink FindUp() => NetworkLinks.Find(_interface) is { IsUp: true } link ? link : throw new LinuxException("send frames", Errno.ENETDOWN);
}
