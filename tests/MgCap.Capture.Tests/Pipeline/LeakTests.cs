using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Pipeline;

public sealed class LeakTests
{
    private const int Rounds = 64;

    [RootFact]
    public void StartsAndStops_LeaveNothingBehind()
    {
        using var lab = VethLab.Create("leaks", new VethOptions { Queues = 4 });
        for (var i = 0; i < 4; i++)
            Round(lab);
        var before = Held.Now();
        for (var i = 0; i < Rounds; i++)
            Round(lab);
        before.AssertHeldAgain();
    }

    private static void Round(VethLab lab)
    {
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Filter = "udp or tcp" }, sink);
        session.Stop();
    }
}
