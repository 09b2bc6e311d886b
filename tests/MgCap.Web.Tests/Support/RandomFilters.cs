using System.Globalization;

namespace MgCap.Web.Tests.Support;

/// <summary>Display filters about what is in <see cref="TrafficMix"/>; many of them about what only the packets before can tell.</summary>
internal static class RandomFilters
{
    private static readonly string[] _atoms =
    [
        "frame.number <= {0}", "frame.number > {0}", "frame.time_relative > 0.{0}", "frame.time_delta > 0.00{1}", "frame.time_delta_displayed > 0.00{1}",
        "frame.time >= \"2026-11-22 12:00:0{1}\"", "frame.len > {0}", "frame.cap_len < 80", "frame.interface_name contains \"rx0\"", "frame.interface_id == 1",
        "tcp.stream == {1}", "udp.stream == {1}", "tcp.seq < {0}", "tcp.analysis.retransmission", "tcp.analysis.flags", "tcp.analysis.lost_segment",
        "tcp.time_delta > 0.0{1}", "tcp.len > 2{1}", "dns.response_in", "dns.response_to", "dns.time > 0.00{1}", "dns.id == {0}", "dns.flags.response == 1",
        "dns.qry.name contains \"{1}\"", "icmp.type == 8", "icmp.resp_in", "icmp.resp_to", "icmp.no_resp", "icmp && ip.ttl > {1}", "icmp.seq == {0}",
        "ip.reassembled_in", "ip.fragments", "ip.flags.mf == 1", "ip.frag_offset > 0", "udp.dstport == 500{1}", "udp.length > {0}", "ip.addr == 10.77.0.1",
        "ip.src in {{10.77.0.1 .. 10.77.0.2}}", "ip.id == {0}", "arp", "ipv6", "vlan.id == 4{1}", "eth.addr[0:3] == 02:00:00", "http.request", "http.response",
        "http.host contains \"caf\"", "http.request.uri matches \"/.*{1}$\"", "http.response_in", "http.request_in", "frame contains \"xx\"", "frame matches \"h0{1}.\"", "_ws.expert", "_ws.malformed", "data",
    ];

    /// <summary>A filter.</summary>
    public static string Next(Random random)
    {
        var first = Atom(random);
        return random.Next(5) switch
        {
            0 => $"{first} && !({Atom(random)})",
            1 => $"{first} || {Atom(random)}",
            2 => $"not ({first})",
            _ => first,
        };
    }

    private static string Atom(Random random) =>
        string.Format(CultureInfo.InvariantCulture, _atoms[random.Next(_atoms.Length)], random.Next(10, 400), random.Next(1, 6));
}
