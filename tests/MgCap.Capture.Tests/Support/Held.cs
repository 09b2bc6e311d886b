using MgCap.Testing;

namespace MgCap.Capture.Tests.Support;

/// <summary>What a process holds of the kernel and of memory.</summary>
internal sealed record Held(int Descriptors, int Threads, int Mappings, int BpfObjects, long ResidentBytes)
{
    internal static Held Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new Held(
            Directory.GetFiles("/proc/self/fd").Length,
            Directory.GetDirectories("/proc/self/task").Count(IsOurs),
            File.ReadLines("/proc/self/maps").Count(line => line.Contains("socket:", StringComparison.Ordinal) || line.Contains("bpf-map", StringComparison.Ordinal)),
            Directory.GetFiles("/proc/self/fd").Count(IsBpf),
            ProcessMetrics.Read(Environment.ProcessId).ResidentBytes);
    }

    /// <summary>Waits until no more is held than at this time; what runs in the background takes a moment.</summary>
    internal void AssertHeldAgain()
    {
        var after = Now();
        try
        {
            Wait.Until(() => (after = Now()).IsWithin(this), "what was held to be given back");
        }
        catch (TimeoutException exception)
        {
            Assert.Fail($"{exception.Message}; before: {this}, after: {after}");
        }
    }

    /// <summary>Memory is the collector's to keep for a while; one capture's buffers and rings are 88 MiB.</summary>
    private bool IsWithin(Held before) => Descriptors <= before.Descriptors && Threads <= before.Threads && Mappings == 0 && BpfObjects == 0
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
