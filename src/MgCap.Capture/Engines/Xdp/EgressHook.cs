using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>Where the xdp engine sees sent packets, as the driver gets them.</summary>
internal enum EgressHook
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>At the kernel's tracepoint before the driver (Linux 6.12).</summary>
    Tracepoint,

    /// <summary>At a packet socket, which costs received packets time, too.</summary>
    PacketSocket,
}

/// <summary>The choice among them.</summary>
internal static class EgressHooks
{
    /// <summary>The tracepoint.</summary>
    internal const string TracepointName = "net_dev_start_xmit";

    private static readonly Lazy<bool> _hasTracepoint = new(FindTracepoint);

    /// <summary>Whether the programs of tracepoints may read packets in this kernel.</summary>
    internal static bool KernelHasTracepoint => _hasTracepoint.Value;

    /// <summary>The name in a capture's detail.</summary>
    internal static string NameOf(EgressHook hook) => hook switch
    {
        EgressHook.Tracepoint => "sent packets at the driver",
        EgressHook.PacketSocket => "sent packets at a packet socket",
        _ => "",
    };

    private static bool FindTracepoint()
    {
        if (!BpfObject.KernelHasFunction("bpf_dynptr_from_skb"))
            return false;
        try
        {
            using var program = new XdpProgram(
                CaptureSettings.DefaultSnaplen, receiveQueues: 1, withDirection: true, filter: null, ringBytes: 0,
                new XdpHooks { Receive = ReceiveHook.None, Egress = EgressHook.Tracepoint });
            return true;
        }
        catch (LinuxException)
        {
            // Linux 6.4 to 6.11 have the function, but not for these programs.
            return false;
        }
    }
}
