using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>A capture filter as classic BPF, for either program. It finds what a packet socket with the same text finds.</summary>
/// <param name="Received">For frames that may have a VLAN tag among their bytes.</param>
/// <param name="Sent">For socket buffers that may have one beside them.</param>
internal sealed record XdpFilter(ClassicInstruction[] Received, ClassicInstruction[] Sent)
{
    /// <summary>Compiles a text for an Ethernet interface.</summary>
    /// <exception cref="CaptureRefusedException">filter_invalid, with libpcap's message; engine_unavailable when frames can't be asked.</exception>
    internal static XdpFilter Compile(string text, CaptureInterface on, int snaplen)
    {
        var program = CaptureFilter.CompileForSocket(text, on, snaplen);
        return TagInFrame.TryRewrite(program, on.Index, out var received, out var problem)
            ? new XdpFilter(received, program)
            : throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The xdp engine can't run this filter: {problem}.");
    }
}
