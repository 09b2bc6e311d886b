using MgCap.Capture.Engines.Xdp;
using MgCap.Linux;
using MgCap.Testing;

namespace MgCap.Bench;

/// <summary>What the xdp engine costs by itself.</summary>
/// <param name="Program">The program's time for a frame above that of an empty one, in nanoseconds, with everything in the processor's cache.</param>
/// <param name="SilentInterface">The part of a core that a capture takes while nothing comes.</param>
internal sealed record Costs(int Program, double SilentInterface)
{
    private const int Runs = 4000;
    private const int Tries = 400;

    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(10);

    internal static Costs Measure(IScene scene, DirectoryInfo folder) => new(MeasureProgram(), MeasureSilence(scene, folder));

    private static int MeasureProgram()
    {
        var frame = Frames.Udp4(new Flow(), 128);
        using var program = new XdpProgram(snaplen: 96, receiveQueues: 1, withDirection: true, filter: null, XdpProgram.DefaultRingBytes, new XdpHooks()) { Receiving = true };
        using var empty = BareRun.Load(XdpVerdict.Pass);
        return Best(program.ReceivedDescriptor) - Best(empty.Descriptor);

        // The least: whatever disturbs a run makes it longer.
        int Best(int descriptor) => Enumerable.Range(0, Tries).Min(_ =>
        {
            foreach (var ring in program.Rings)
            {
                for (ring.Refresh(); ring.HasNext; ring.MoveNext())
                {
                }

                ring.Release();
            }

            return BpfProgram.Run(descriptor, frame, Runs).Nanoseconds;
        });
    }

    private static double MeasureSilence(IScene scene, DirectoryInfo folder)
    {
        var contender = Contender.All.First(one => one.Name == Contender.Mirror);
        using var run = contender.Start(scene, Path.Combine(folder.FullName, "capture"));
        scene.WarmUp(60);
        // What the runtime still does about a program that has just started is no part of the silence.
        Thread.Sleep(_settling);
        var before = run.Cpu;
        Thread.Sleep(_silence);
        return (run.Cpu - before) / _silence;
    }
}
