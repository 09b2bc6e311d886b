using System.Buffers;
using System.Net.NetworkInformation;
using System.Text;
using MgCap.Linux.Ethtool;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Interfaces;

/// <summary>The network interfaces of the calling thread's network namespace.</summary>
public static class CaptureInterfaces
{
    // So many are named in a file's head.
    private const int MaxMembers = 200;

    private const int MaxNameLength = 15;
    private const int MaxAltNameLength = 127;
    private const int EthernetAddressLength = 6;
    private const char NotUtf8 = '\ufffd';

    // White space is what the kernel's own isspace() says of single bytes (lib/ctype.c): 0xa0, too, which ends the UTF-8 of "à".
    private static readonly SearchValues<byte> _forbidden = SearchValues.Create("/:\t\n\v\f\r "u8.ToArray().Append((byte)0xa0).Append((byte)0).ToArray());

    private static readonly SearchValues<byte> _forbiddenInAltName = SearchValues.Create("/\t\n\v\f\r \0"u8);

    /// <summary>The interfaces, by their number, without <see cref="CaptureInterface.Any"/>.</summary>
    public static IReadOnlyList<CaptureInterface> List() => [.. NetworkLinks.List().Select(Describe)];

    /// <summary>What can be captured from: the interfaces, and all at once, unless one of them has that name.</summary>
    public static IReadOnlyList<CaptureInterface> ListWithAny()
    {
        var list = List();
        return list.Any(each => each.Name == CaptureInterface.Any.Name || each.AltNames.Contains(CaptureInterface.Any.Name)) ? list : [.. list, CaptureInterface.Any];
    }

    /// <summary>
    /// The interface with this name, or else the one with this alternative name, or else <see cref="CaptureInterface.Any"/> where it is
    /// called so; null when there is none.
    /// </summary>
    public static CaptureInterface? Find(string name) =>
        NameProblem(name) is not null ? null
        : NetworkLinks.Find(name) is { } link ? Describe(link)
        : name == CaptureInterface.Any.Name ? DescribeAny(NetworkLinks.List()) : null;

    /// <summary>The name of the interface with this name or alternative name; what was asked for where there is none.</summary>
    public static string NameOf(string name) => NameProblem(name) is null && NetworkLinks.Find(name) is { } link ? link.Name : name;

    /// <summary>The names of some of them, each as <see cref="NameOf"/> has it.</summary>
    public static IReadOnlyList<string> NamesOf(IEnumerable<string> names) => [.. names.Select(NameOf)];

    /// <summary>What is wrong with a text that is to be an interface's name or alternative name; null when it may be one.</summary>
    public static string? NameProblem(string name) => IsValidName(name) || IsValidAltName(name)
        ? null
        : $"must be the name of a network interface: 1 to {MaxNameLength} bytes without slash, colon or white space; or an alternative name, up to {MaxAltNameLength} bytes";

    /// <summary>
    /// Whether the kernel allows this as an interface's name (dev_valid_name in net/core/dev.c): 1 to 15 bytes, but not "." or "..", and no
    /// slash, colon or white space among them. The bytes need not be UTF-8: one that is not is U+FFFD here, and counts as one.
    /// </summary>
    public static bool IsValidName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name is not ("." or "..") && IsOfBytes(name, MaxNameLength, _forbidden);
    }

    /// <summary>Whether ip(8) makes alternative names like this: 1 to 127 bytes without slash or white space (ALTIFNAMSIZ in linux/if.h).</summary>
    private static bool IsValidAltName(string name) => name is not ("." or "..") && IsOfBytes(name, MaxAltNameLength, _forbiddenInAltName);

    private static bool IsOfBytes(string name, int longest, SearchValues<byte> forbidden)
    {
        var unreadable = name.Count(c => c == NotUtf8);
        var bytes = Encoding.UTF8.GetBytes(name.Replace(NotUtf8.ToString(), "", StringComparison.Ordinal));
        return bytes.Length + unreadable >= 1 && bytes.Length + unreadable <= longest && !bytes.AsSpan().ContainsAny(forbidden);
    }

    private static CaptureInterface DescribeAny(IReadOnlyCollection<NetworkLink> links) => CaptureInterface.Any with
    {
        Devices = [.. links.Where(link => link.Kind is null).Select(Describe)],
        Members = string.Join(", ", links.Take(MaxMembers).Select(link => $"{link.Index} {link.Name}")) + (links.Count > MaxMembers ? ", …" : ""),
    };

    private static CaptureInterface Describe(NetworkLink link)
    {
        using var device = new EthtoolDevice(link.Name);
        return new CaptureInterface
        {
            Name = link.Name,
            AltNames = link.AltNames,
            Index = link.Index,
            Mac = link.Address.Count == EthernetAddressLength ? new PhysicalAddress([.. link.Address]) : null,
            Mtu = link.Mtu,
            Up = link.IsUp,
            SpeedMbps = device.SpeedMbps(),
            Driver = device.Driver(),
            Kind = link.Kind,
            RxQueues = device.ReceiveQueues() ?? QueuesInSysfs(link) ?? 1,
            HardwareType = link.HardwareType,
            LinkType = LinkType.OfHardware(link.HardwareType),
            IsLoopback = link.HardwareType == LinkType.ArphrdLoopback,
            StripsVlanTags = device.StripsVlanTags(),
            Timestamping = device.HardwareTimestamping(),
            Counters = link.Counters,
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
