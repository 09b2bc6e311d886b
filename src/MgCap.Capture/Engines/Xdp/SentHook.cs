using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>Where the xdp engine sees sent packets. Either place is the process's: nothing stays when that ends, in whatever way.</summary>
internal enum SentHook
{
    /// <summary>A traffic control program at a link of its own (tcx, Linux 6.6), which can also drop.</summary>
    Tcx,

    /// <summary>
    /// The filter of a packet socket. The traffic control of older kernels (clsact) would do as well, but keeps a program, and in
    /// drop mode its packets, when the process is killed.
    /// </summary>
    Socket,
}

/// <summary>Which one this kernel has.</summary>
internal static class SentHooks
{
    private static readonly Lazy<SentHook> _best = new(() => BpfObject.KernelHasFunction("tcx_link_attach") ? SentHook.Tcx : SentHook.Socket);

    /// <summary>The one that can do most.</summary>
    internal static SentHook Best => _best.Value;
}
