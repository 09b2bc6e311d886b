using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxRtnetlink;

namespace MgCap.Linux.Netlink;

/// <summary>What an interface was at a moment.</summary>
/// <param name="Exists">Whether it is in the network namespace that is watched; otherwise the rest is what it was before.</param>
/// <param name="Name">Its name.</param>
/// <param name="HardwareType">Its ARPHRD_ type.</param>
/// <param name="IsUp">Whether it is switched on (IFF_UP).</param>
public readonly record struct LinkState(bool Exists, string Name, ushort HardwareType, bool IsUp);

/// <summary>
/// Is told by rtnetlink(7) whenever an interface changes, in the network namespace in which this was made. An interface that is moved
/// to another namespace is gone from here. One thread.
/// </summary>
public sealed class LinkWatch : IWakeSource, IDisposable
{
    private readonly int _index;
    private readonly Queue<LinkState> _states = new();
    private readonly NetlinkSocket _notices = new(LinuxNetlink.NETLINK_ROUTE);
    private readonly LinkCounters _link;
    private LinkState _last;

    /// <summary>Begins to watch; the interface's present state is the first to be taken.</summary>
    /// <param name="interfaceIndex">The interface; it need not exist.</param>
    public LinkWatch(int interfaceIndex)
    {
        _index = interfaceIndex;
        _link = new LinkCounters(interfaceIndex);
        try
        {
            _notices.Join(RTNLGRP_LINK);
            Query();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    int IWaitHandle.Descriptor => _notices.Descriptor;

    /// <summary>Reads what has been told; it can be taken then.</summary>
    public void Reset()
    {
        var complete = _notices.ReadNotices((type, payload) =>
        {
            if (type is RTM_NEWLINK or RTM_DELLINK && NetworkLinks.OfNotice(payload) is { } link && link.Index == _index)
                Add(new LinkState(type == RTM_NEWLINK, link.Name, link.HardwareType, link.IsUp));
        });
        if (!complete)
            Query();
    }

    /// <summary>Asks for the present state. It is true of a removal that has only begun, too: the kernel answers when that is over.</summary>
    public void Query() => Add(_link.Read() is { } link ? new LinkState(true, link.Name, link.HardwareType, link.IsUp) : _last with { Exists = false });

    /// <summary>Takes the next state, in the order in which they came; states that are equal follow each other only once.</summary>
    public bool TryTake(out LinkState state) => _states.TryDequeue(out state);

    /// <inheritdoc/>
    public void Dispose()
    {
        _notices.Dispose();
        _link.Dispose();
    }

    private void Add(LinkState state)
    {
        if (state == _last)
            return;
        _states.Enqueue(state);
        _last = state;
    }
}
