using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>A capture filter as classic BPF, for either program. It finds what a packet socket with the same text finds.</summary>
/// <param name="Received">For frames that may have a VLAN tag among their bytes, or beside them if the driver tells.</param>
/// <param name="Sent">For socket buffers that may have one beside them.</param>
internal sealed record XdpFilter(ClassicInstruction[] Received, ClassicInstruction[] Sent)
{
    /// <summary>Compiles a text for an Ethernet interface.</summary>
    /// <param name="text">The filter, see pcap-filter(7).</param>
    /// <param name="on">The interface.</param>
    /// <param name="snaplen">Bytes kept of each packet.</param>
    /// <param name="tagsTakenOut">Whether the program is told the tags that the device takes out of frames.</param>
    /// <exception cref="CaptureRefusedException">filter_invalid, with libpcap's message; engine_unavailable when frames can't be asked.</exception>
    internal static XdpFilter Compile(string text, CaptureInterface on, int snaplen, bool tagsTakenOut = false)
    {
        var program = CaptureFilter.CompileForSocket(text, on, snaplen);
        return TagInFrame.TryRewrite(program, on.Index, tagsTakenOut, out var received, out var problem)
            ? new XdpFilter(received, program)
            : throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The xdp engine can't run this filter: {problem}.");
    }
}
