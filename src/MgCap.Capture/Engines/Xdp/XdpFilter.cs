using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>A capture filter as classic BPF, for every program. It finds what a packet socket with the same text finds.</summary>
/// <param name="InFrames">For frames that XDP sees: they may have a VLAN tag among their bytes, or beside them if the driver tells.</param>
/// <param name="InSocketBuffers">For the network stack's packets, which may have one beside them.</param>
internal sealed record XdpFilter(ClassicInstruction[] InFrames, ClassicInstruction[] InSocketBuffers)
{
    /// <summary>Makes a filter of one for a packet socket.</summary>
    /// <param name="program">The filter for a packet socket on the interface.</param>
    /// <param name="nic">An Ethernet interface.</param>
    /// <param name="tagsTakenOut">Whether the program is told the tags that the device takes out of frames.</param>
    /// <exception cref="CaptureRefusedException">engine_unavailable when frames can't be asked.</exception>
    internal static XdpFilter Compile(ClassicInstruction[] program, CaptureInterface nic, bool tagsTakenOut = false) =>
        VlanFilterRewriter.TryRewrite(program, nic.Index, tagsTakenOut, out var received, out var problem)
            ? new XdpFilter(received, program)
            : throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The xdp engine can't run this filter: {problem}.");
}
