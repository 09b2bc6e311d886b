using System.Runtime.InteropServices;

namespace MgCap.Linux.Netlink;

/// <summary>What an interface's driver tells XDP programs about a frame (the kernel's networking/xdp-rx-metadata.rst).</summary>
[Flags]
public enum XdpMetadata
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>The device's time stamp.</summary>
    Timestamp = 1,
    /// <summary>The hash by which the device chose the queue.</summary>
    Hash = 2,
    /// <summary>The VLAN tag that the device took out.</summary>
    VlanTag = 4,
}

/// <summary>Asks drivers what they tell XDP programs.</summary>
public static class XdpDrivers
{
    // linux/netdev.h, which the headers of older kernels lack. Its features are numbered as the members of XdpMetadata.
    private const string Family = "netdev";
    private const byte CommandDeviceGet = 1;
    private const ushort AttributeIndex = 1;
    private const ushort AttributeMetadataFeatures = 5;

    /// <summary>What an interface's driver tells. Kernels before 6.7 don't say.</summary>
    /// <exception cref="LinuxException">ENODEV when there is no such interface.</exception>
    public static XdpMetadata MetadataOf(int interfaceIndex)
    {
        var features = XdpMetadata.None;
        try
        {
            using var socket = new GenericNetlinkSocket(Family, version: 1);
            socket.Get(socket.Request(CommandDeviceGet).With(AttributeIndex, (uint)interfaceIndex), "ask what a driver tells XDP programs", message =>
            {
                var attributes = new NetlinkAttributes(message);
                while (attributes.MoveNext())
                {
                    if (attributes.Type == AttributeMetadataFeatures)
                        features = (XdpMetadata)MemoryMarshal.Read<ulong>(attributes.Value);
                }
            });
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENOENT)
        {
            return XdpMetadata.None;
        }

        return features;
    }
}
