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
        var after = Held.Now();
        for (var patience = 0; patience < 50 && !after.IsWithin(before); patience++)
        {
            Thread.Sleep(20);
            after = Held.Now();
        }

        Assert.True(after.IsWithin(before), $"held before: {before}, after: {after}");
    }

    private static void Round(VethLab lab)
    {
        using var sink = new MemorySink();
        var session = LabCapture.Start(lab.CaptureSide, LabCapture.Settings() with { Filter = "udp or tcp" }, sink);
        session.Stop();
    }

    /// <summary>What a process holds of the kernel and of memory.</summary>
    private sealed record Held(int Descriptors, int Threads, int Mappings, int BpfObjects, long ResidentBytes)
    {
        internal static Held Now()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return new Held(
                Directory.GetFiles("/proc/self/fd").Length,
                Directory.GetDirectories("/proc/self/task").Count(IsOurs),
                File.ReadLines("/proc/self/maps").Count(line => line.Contains("socket:", StringComparison.Ordinal)),
                Directory.GetFiles("/proc/self/fd").Count(IsBpf),
                ProcessMetrics.Read(Environment.ProcessId).ResidentBytes);
        }

        /// <summary>Memory is the collector's to keep for a while; one capture's buffers and rings are 88 MiB.</summary>
        internal bool IsWithin(Held before) => Descriptors <= before.Descriptors && Threads <= before.Threads && Mappings == 0 && BpfObjects == 0
            && ResidentBytes < before.ResidentBytes + 64 * 1024 * 1024;

        private static bool IsOurs(string task)
        {
            var name = Read(() => File.ReadAllText($"{task}/comm"));
            return name.StartsWith("rings ", StringComparison.Ordinal) || name.StartsWith("file ", StringComparison.Ordinal);
        }

        private static bool IsBpf(string descriptor) =>
            Read(() => File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name ?? "").Contains("bpf", StringComparison.Ordinal);

        private static string Read(Func<string> read)
        {
            try
            {
                return read();
            }
            catch (IOException)
            {
                return ""; // Gone since it was listed.
            }
        }
    }
}
