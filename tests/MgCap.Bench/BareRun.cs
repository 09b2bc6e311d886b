using MgCap.Linux;

namespace MgCap.Bench;

/// <summary>XDP's verdicts (linux/bpf.h, enum xdp_action).</summary>
internal enum XdpVerdict
{
    Drop = 1,
    Pass = 2,
}

/// <summary>The interface with a program of two instructions, or with none.</summary>
internal sealed class BareRun : IRun
{
    private readonly BpfProgram? _program;
    private readonly BpfLink? _link;

    internal BareRun(IScene scene, XdpVerdict? verdict)
    {
        if (verdict is not { } value)
            return;
        _program = Load(value);
        _link = scene.Inside(index => BpfLink.AttachXdp(_program.Descriptor, index, native: true));
    }

    public TimeSpan Cpu => TimeSpan.Zero;

    public Captured? Finish(long warmUp, bool countDoubled) => null;

    /// <summary>A program that says this of every frame.</summary>
    internal static BpfProgram Load(XdpVerdict verdict)
    {
        const byte moveImmediate = 0xb7;
        const byte exit = 0x95;
        return BpfProgram.Load(
            BpfProgramType.Xdp, "bench_verdict", [new BpfInstruction(moveImmediate, 0, 0, (int)verdict), new BpfInstruction(exit, 0, 0, 0)], multiBuffer: true);
    }

    public void Dispose()
    {
        _link?.Dispose();
        _program?.Dispose();
    }
}
