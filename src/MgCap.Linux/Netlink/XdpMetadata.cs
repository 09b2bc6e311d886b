using System.Runtime.InteropServices;

namespace MgCap.Linux.Netlink;

/// <summary>What an interface's driver can tell an XDP program about a frame (the kernel's networking/xdp-rx-metadata.rst).</summary>
public static class XdpMetadata
{
    // linux/netdev.h, which the headers of older kernels lack.
    private const string Family = "netdev";
    private const byte CommandDeviceGet = 1;
    private const ushort AttributeIndex = 1;
    private const ushort AttributeMetadataFeatures = 5;
    private const ulong Timestamp = 1;

    /// <summary>Whether it tells the device's time stamp. Kernels before 6.7 don't say.</summary>
    /// <exception cref="LinuxException">ENODEV when there is no such interface.</exception>
    public static bool HasTimestamp(int interfaceIndex)
    {
        ulong features = 0;
        try
        {
            using var socket = new GenericNetlinkSocket(Family, version: 1);
            socket.Get(socket.Request(CommandDeviceGet).With(AttributeIndex, (uint)interfaceIndex), "ask what a driver tells XDP programs", message =>
            {
                var attributes = new NetlinkAttributes(message);
                while (attributes.MoveNext())
                {
                    if (attributes.Type == AttributeMetadataFeatures)
                        features = MemoryMarshal.Read<ulong>(attributes.Value);
                }
            });
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENOENT)
        {
            return false;
        }

        return (features & Timestamp) != 0;
    }
}
