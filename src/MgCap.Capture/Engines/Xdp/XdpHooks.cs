using MgCap.Capture.Filtering;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>Where a capture's programs are in an interface's packet path, and so which ones of capture.bpf.c are loaded.</summary>
internal sealed record XdpHooks
{
    /// <summary>The program that may ask the driver.</summary>
    internal const string Bound = "capture_bound";

    /// <summary>Where received packets are seen.</summary>
    internal ReceiveHook Receive { get; init; } = ReceiveHook.Native;

    /// <summary>What the driver is asked; null where the program is not bound to it.</summary>
    internal DriverBinding? Binding { get; init; }

    /// <summary>Where sent packets are seen.</summary>
    internal EgressHook Egress { get; init; }

    /// <summary>Whose sent packets are taken at the tracepoint.</summary>
    internal TracedInterface Traced { get; init; }

    /// <summary>Whether these can be dropped, at the head of tcx.</summary>
    internal bool CanDropSent { get; init; }

    /// <summary>See <see cref="Interfaces.CaptureInterface.FirstQueueMapping"/>.</summary>
    internal int FirstQueueMapping { get; init; }

    /// <summary>The programs' names.</summary>
    internal IEnumerable<(string Name, FilterSite Site)> Programs
    {
        get
        {
            if (Receive != ReceiveHook.None)
            {
                yield return Receive switch
                {
                    ReceiveHook.Tcx => ("capture_ingress", FilterSite.Ingress),
                    ReceiveHook.Bound => (Bound, FilterSite.Xdp),
                    _ => ("capture_received", FilterSite.Xdp),
                };
            }

            if (Egress != EgressHook.None)
                yield return Egress == EgressHook.Tracepoint ? ("capture_traced", FilterSite.Tracepoint) : ("capture_tapped", FilterSite.Socket);
            if (Egress != EgressHook.None && CanDropSent)
                yield return ("drop_sent", FilterSite.Egress);
        }
    }

    /// <summary>For people: where received packets are seen, and where sent ones are.</summary>
    internal string Detail
    {
        get
        {
            var sent = EgressHooks.NameOf(Egress) + (Egress != EgressHook.None && CanDropSent ? ", in drop mode at tcx" : "");
            return string.Join(", ", new[] { ReceiveHooks.NameOf(Receive), sent }.Where(part => part.Length > 0));
        }
    }
}
