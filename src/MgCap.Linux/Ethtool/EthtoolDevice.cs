using System.Runtime.InteropServices;
using System.Text;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxEthtool;
using static MgCap.Linux.Libc.LinuxNetTstamp;
using static MgCap.Linux.Libc.SysIoctl;

namespace MgCap.Linux.Ethtool;

/// <summary>Asks a network interface's driver by the ioctls of ethtool (linux/ethtool.h). What a driver does not answer is null.</summary>
public sealed unsafe class EthtoolDevice : IDisposable
{
    // Room for counters that come with queues that are added between two questions.
    private const int SpareStatistics = 4096;

    private readonly SafeFd _socket;
    private string _name;

    /// <summary>Opens nothing of the device itself: any name is taken, and unknown ones answer nothing.</summary>
    public EthtoolDevice(string interfaceName)
    {
        _name = interfaceName;
        _socket = SafeFd.Own(SysSocket.socket(SysSocket.AF_INET, SysSocket.SOCK_DGRAM | SysSocket.SOCK_CLOEXEC, 0), "open a socket to ask network drivers");
    }

    /// <summary>The driver's name.</summary>
    public string? Driver()
    {
        var info = new ethtool_drvinfo { cmd = ETHTOOL_GDRVINFO };
        return Ask(SIOCETHTOOL, &info) ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(info.driver)) : null;
    }

    /// <summary>How many counters of its own the driver has (ethtool -S).</summary>
    internal int StatisticsCount()
    {
        var info = new ethtool_drvinfo { cmd = ETHTOOL_GDRVINFO };
        return Ask(SIOCETHTOOL, &info) ? (int)info.n_stats : 0;
    }

    /// <summary>The names of the driver's own counters, in their order; null where the driver has none.</summary>
    internal string[]? StatisticsNames(int count)
    {
        // The kernel copies as many as there are now, which may be more than there were.
        var answer = new byte[sizeof(ethtool_gstrings) + (count + SpareStatistics) * ETH_GSTRING_LEN];
        MemoryMarshal.Write(answer, new ethtool_gstrings { cmd = ETHTOOL_GSTRINGS, string_set = ETH_SS_STATS, len = (uint)count });
        fixed (byte* first = answer)
        {
            if (!Ask(SIOCETHTOOL, first))
                return null;
        }

        var length = Math.Min((int)MemoryMarshal.Read<ethtool_gstrings>(answer).len, count + SpareStatistics);
        return [.. Enumerable.Range(0, length).Select(i => Name(answer.AsSpan(sizeof(ethtool_gstrings) + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN)))];

        static string Name(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text);
    }

    /// <summary>The values of the driver's own counters, in the order of their names; null where the driver has none.</summary>
    internal ulong[]? StatisticsValues(int count)
    {
        var answer = new byte[sizeof(ethtool_stats) + (count + SpareStatistics) * sizeof(ulong)];
        MemoryMarshal.Write(answer, new ethtool_stats { cmd = ETHTOOL_GSTATS, n_stats = (uint)count });
        fixed (byte* first = answer)
        {
            if (!Ask(SIOCETHTOOL, first))
                return null;
        }

        var length = Math.Min((int)MemoryMarshal.Read<ethtool_stats>(answer).n_stats, count + SpareStatistics);
        return MemoryMarshal.Cast<byte, ulong>(answer.AsSpan(sizeof(ethtool_stats), length * sizeof(ulong))).ToArray();
    }

    /// <summary>The number of receive queues in use.</summary>
    public int? ReceiveQueues()
    {
        var channels = new ethtool_channels { cmd = ETHTOOL_GCHANNELS };
        if (!Ask(SIOCETHTOOL, &channels))
            return null;
        var queues = (int)(channels.rx_count + channels.combined_count);
        return queues > 0 ? queues : null;
    }

    /// <summary>Whether the device takes VLAN tags out of received frames and hands them over beside them (ethtool(8), rxvlan).</summary>
    public bool StripsVlanTags()
    {
        var flags = new ethtool_value { cmd = ETHTOOL_GFLAGS };
        return Ask(SIOCETHTOOL, &flags) && (flags.data & ETH_FLAG_RXVLAN) != 0;
    }

    /// <summary>The link's speed in Mbit/s; null while there is no link.</summary>
    public long? SpeedMbps()
    {
        var settings = new ethtool_link_settings { cmd = ETHTOOL_GLINKSETTINGS };
        // The first call answers, as a negative number, how many words the masks have; the second one fills them.
        if (!Ask(SIOCETHTOOL, &settings) || settings.link_mode_masks_nwords >= 0)
            return null;
        settings.link_mode_masks_nwords = (sbyte)-settings.link_mode_masks_nwords;
        settings.cmd = ETHTOOL_GLINKSETTINGS;
        return Ask(SIOCETHTOOL, &settings) && settings.speed is not (0 or SPEED_UNKNOWN) ? settings.speed : null;
    }

    /// <summary>Whether the device can stamp every received packet, the number of its clock (-1 for none), and what is switched on.</summary>
    public HardwareTimestamping HardwareTimestamping()
    {
        var info = new ethtool_ts_info { cmd = ETHTOOL_GET_TS_INFO, phc_index = -1 };
        if (!Ask(SIOCETHTOOL, &info))
            return Ethtool.HardwareTimestamping.None;
        var config = default(hwtstamp_config);
        if (!Ask(SIOCGHWTSTAMP, &config))
            config = default;
        return new HardwareTimestamping(
            Supported: (info.so_timestamping & SOF_TIMESTAMPING_RX_HARDWARE) != 0 && (info.rx_filters & (1u << HWTSTAMP_FILTER_ALL)) != 0,
            ReceiveFilter: config.rx_filter,
            TransmitType: config.tx_type,
            ClockIndex: info.phc_index,
            ReceiveFilters: info.rx_filters,
            TransmitTypes: info.tx_types);
    }

    /// <summary>
    /// Sets which received packets the device stamps; what it does with sent ones stays as it is. Drivers may stamp more than
    /// they were asked to: <see cref="HardwareTimestamping"/> tells what is in force. Drivers that can't be asked what is in
    /// force are told not to stamp sent packets.
    /// </summary>
    /// <param name="filter">HWTSTAMP_FILTER_: 0 none, 1 all, else some PTP packets.</param>
    /// <exception cref="LinuxException">EPERM without CAP_NET_ADMIN, EOPNOTSUPP or ERANGE where the device can't, ENODEV where it is gone.</exception>
    public void SetReceiveFilter(int filter)
    {
        var config = default(hwtstamp_config);
        if (!Ask(SIOCGHWTSTAMP, &config))
            config = new hwtstamp_config { tx_type = HWTSTAMP_TX_OFF };
        config.rx_filter = filter;
        if (!Ask(SIOCSHWTSTAMP, &config))
            LinuxException.Throw($"set the hardware time stamping of {_name}");
    }

    /// <summary>Goes on with the name that the interface with this number now has, in the network namespace that this was opened in.</summary>
    /// <returns>false where it is gone.</returns>
    public bool FindAgain(int interfaceIndex)
    {
        var argument = default(ifreq);
        // A union in C: the number lies where the pointer does.
        *(int*)&argument.ifr_data = interfaceIndex;
        if (ioctl(_socket, SIOCGIFNAME, &argument) < 0)
            return false;
        _name = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(argument.ifr_name));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool Ask(nuint request, void* data)
    {
        var name = Encoding.UTF8.GetBytes(_name);
        if (name.Length >= IFNAMSIZ)
            return false;
        var argument = new ifreq { ifr_data = data };
        name.CopyTo(new Span<byte>(argument.ifr_name, IFNAMSIZ));
        return ioctl(_socket, request, &argument) >= 0;
    }
}
