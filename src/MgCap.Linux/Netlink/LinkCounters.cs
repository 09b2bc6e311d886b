using MgCap.Linux.Libc;

namespace MgCap.Linux.Netlink;

/// <summary>
/// Reads one interface's counters again and again, from any thread, and always in the network namespace in which this was made.
/// </summary>
/// <param name="interfaceIndex">The interface; it need not exist.</param>
public sealed class LinkCounters(int interfaceIndex) : IDisposable
{
    private readonly NetlinkSocket _socket = new(LinuxNetlink.NETLINK_ROUTE);

    /// <summary>The interface as it stands. One thread at a time.</summary>
    /// <returns>null when it is gone.</returns>
    public NetworkLink? Read() => NetworkLinks.Find(_socket, interfaceIndex);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
