using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>Where the xdp engine sees received packets.</summary>
internal enum ReceiveHook
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>In the driver, by XDP.</summary>
    Native,

    /// <summary>In the driver, by XDP, with what it knows of a frame (<see cref="DriverBinding"/>).</summary>
    Bound,

    /// <summary>Behind the driver, by XDP.</summary>
    Generic,

    /// <summary>In the network stack, by a traffic control program (tcx, Linux 6.6), which sees VLAN tags beside frames.</summary>
    Tcx,
}

/// <summary>The choice among them.</summary>
internal static class ReceiveHooks
{
    private static readonly Lazy<bool> _hasTcx = new(() => BpfObject.KernelHasFunction("tcx_link_attach"));

    /// <summary>Whether this kernel has traffic control programs at links of their own, which end with the process.</summary>
    internal static bool KernelHasTcx => _hasTcx.Value;

    /// <summary>Where to attach on an interface, the best first: the next one is for where the driver refuses. Empty where every place would show frames without their tags.</summary>
    /// <param name="nic">The interface.</param>
    /// <param name="withTcx">Whether the kernel has tcx.</param>
    /// <param name="reportsVlanTags">Whether the driver tells XDP programs the tags that the device takes out.</param>
    /// <param name="evenWithoutTags">Whether frames without the tags that the device takes out are better than none.</param>
    internal static IReadOnlyList<ReceiveHook> For(CaptureInterface nic, bool withTcx, bool reportsVlanTags, bool evenWithoutTags)
    {
        // The kernel takes tags out before it hands frames to such an interface; loopback's frames XDP programs would have copied first.
        if (nic.IsStacked || nic.IsLoopback)
            return withTcx ? [ReceiveHook.Tcx] : nic.IsStacked ? [] : [ReceiveHook.Generic];
        if (!nic.StripsVlanTags)
            return [ReceiveHook.Native, withTcx ? ReceiveHook.Tcx : ReceiveHook.Generic];
        IReadOnlyList<ReceiveHook> inDriver = reportsVlanTags ? [ReceiveHook.Bound] : [];
        if (withTcx)
            return [.. inDriver, ReceiveHook.Tcx];
        return evenWithoutTags ? [.. inDriver, ReceiveHook.Native, ReceiveHook.Generic] : inDriver;
    }

    /// <summary>The name in a capture's detail.</summary>
    internal static string NameOf(ReceiveHook hook) => hook switch
    {
        ReceiveHook.Native or ReceiveHook.Bound => "native",
        ReceiveHook.Generic => "generic",
        ReceiveHook.Tcx => "tcx",
        _ => "",
    };
}
