using System.Net.NetworkInformation;
using System.Text;
using MgCap.Linux.Ethtool;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Interfaces;

/// <summary>The network interfaces of the calling thread's network namespace.</summary>
public static class CaptureInterfaces
{
    private const int LongestName = 15;
    private const int EthernetAddressLength = 6;

    /// <summary>All interfaces, by their number.</summary>
    public static IReadOnlyList<CaptureInterface> List() => [.. NetworkLinks.List().Select(Describe)];

    /// <summary>The interface with this name; null when there is none.</summary>
    public static CaptureInterface? Find(string name) =>
        IsValidName(name) && NetworkLinks.Find(name) is { } link ? Describe(link) : null;

    /// <summary>Whether the kernel would take this as an interface's name: 1 to 15 bytes, no slash, colon or white space (dev_valid_name).</summary>
    public static bool IsValidName(string name) =>
        name is not ("" or "." or "..")
        && Encoding.UTF8.GetByteCount(name) <= LongestName
        && !name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static CaptureInterface Describe(NetworkLink link)
    {
        using var device = new EthtoolDevice(link.Name);
        return new CaptureInterface
        {
            Name = link.Name,
            Index = link.Index,
            Mac = link.Address.Count == EthernetAddressLength ? new PhysicalAddress([.. link.Address]) : null,
            Mtu = link.Mtu,
            Up = link.IsUp,
            SpeedMbps = device.SpeedMbps(),
            Driver = device.Driver(),
            Kind = link.Kind,
            RxQueues = device.ReceiveQueues() ?? QueuesInSysfs(link) ?? 1,
            LinkType = LinkType.OfHardware(link.HardwareType),
            IsLoopback = link.HardwareType == LinkType.ArphrdLoopback,
            TakesVlanTagsOut = device.TakesVlanTagsOut(),
            Timestamping = device.HardwareTimestamping(),
            LostPackets = link.LostPackets,
        };
    }

    /// <summary>For drivers that ethtool can't ask (tun). The folder is of another interface where sysfs shows another namespace.</summary>
    private static int? QueuesInSysfs(NetworkLink link)
    {
        var folder = $"/sys/class/net/{link.Name}";
        try
        {
            if (File.ReadAllText($"{folder}/ifindex").Trim() != link.Index.ToString(System.Globalization.CultureInfo.InvariantCulture))
                return null;
            var queues = Directory.EnumerateDirectories($"{folder}/queues", "rx-*").Count();
            return queues > 0 ? queues : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
