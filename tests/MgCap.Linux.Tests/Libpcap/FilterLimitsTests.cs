using System.Diagnostics;
using MgCap.Linux.Libpcap;

namespace MgCap.Linux.Tests.Libpcap;

/// <summary>
/// What libpcap does with filters that nobody means. Its parser's stack ends at 10,000 symbols and says so; the slow part is
/// its optimizer, with about the third power of the number of alternatives.
/// </summary>
public class FilterLimitsTests
{
    private const int Ethernet = 1;
    private const int Snaplen = 96;

    [Theory]
    [InlineData("(", ")", 16 * 1024 * 1024)]
    [InlineData("(", ")", 1536 * 1024)]
    [InlineData("not ", "", 16 * 1024 * 1024)]
    [InlineData("not ", "", 1536 * 1024)]
    public void DeepNesting_IsCompiled_OnAThreadsStack(string open, string close, int stackBytes)
    {
        ClassicInstruction[] program = [];
        var thread = new Thread(() => program = Compile(Nested(open, close, 7990)), stackBytes);
        thread.Start();
        thread.Join();
        Assert.NotEmpty(program);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("not ", "")]
    public void DeeperNesting_IsRefused(string open, string close)
    {
        var exception = Assert.Throws<FilterException>(() => Compile(Nested(open, close, 20_000)));
        Assert.Contains("memory exhausted", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHundredPorts_AreCompiledSoon()
    {
        var clock = Stopwatch.StartNew();
        Assert.InRange(Compile(Ports(100)).Length, 100, 4096);
        // A tenth of a second where this was written; 800 ports take more than a minute there.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    private static ClassicInstruction[] Compile(string filter) => FilterCompiler.Compile(filter, Ethernet, Snaplen);

    private static string Ports(int count) => string.Join(" or ", Enumerable.Range(1, count).Select(port => $"port {port}"));

    private static string Nested(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "ip" + string.Concat(Enumerable.Repeat(close, depth));
}
