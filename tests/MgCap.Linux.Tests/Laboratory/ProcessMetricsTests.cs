using System.Diagnostics;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Laboratory;

public class ProcessMetricsTests
{
    [Fact]
    public void Cpu_GrowsWithWork()
    {
        var before = ProcessMetrics.Read(Environment.ProcessId);
        var runtime = Process.GetCurrentProcess().TotalProcessorTime;
        var number = 0;
        Wait.Until(
            () =>
            {
                for (var i = 0; i < 1_000_000; i++)
                    number = unchecked(number * 31 + i);
                return Process.GetCurrentProcess().TotalProcessorTime - runtime > TimeSpan.FromMilliseconds(100);
            },
            "100 ms of work");
        var used = ProcessMetrics.Read(Environment.ProcessId).Cpu - before.Cpu;
        Assert.InRange(used.TotalMilliseconds, 80, Wait.Patience.TotalMilliseconds * Environment.ProcessorCount);
    }

    [Fact]
    public void Memory_IsWhatTheRuntimeSays()
    {
        var metrics = ProcessMetrics.Read(Environment.ProcessId);
        Assert.InRange(metrics.ResidentBytes, Environment.WorkingSet / 2, Environment.WorkingSet * 2);
        Assert.True(metrics.PeakResidentBytes >= metrics.ResidentBytes);
    }
}
