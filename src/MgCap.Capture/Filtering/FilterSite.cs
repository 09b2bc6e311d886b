namespace MgCap.Capture.Filtering;

/// <summary>The kind of program that calls a translated filter: how it reads packets, and what it knows of them.</summary>
internal enum FilterSite
{
    /// <summary>An XDP program: of a frame nothing is known but its bytes and its tag.</summary>
    Xdp,

    /// <summary>A traffic control program for what is received: the kernel knows as much of a packet as a packet socket does.</summary>
    Ingress,

    /// <summary>A traffic control program for what is sent: the same, but that packet sockets call such a packet outgoing.</summary>
    Egress,

    /// <summary>The filter of a packet socket.</summary>
    Socket,

    /// <summary>A program at a tracepoint, which has a packet as struct traced_packet of capture.bpf.c.</summary>
    Tracepoint,
}
