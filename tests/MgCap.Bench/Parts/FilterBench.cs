using BenchmarkDotNet.Attributes;
using MgCap.Capture;
using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Bench.Parts;

/// <summary>A capture filter from its text to eBPF.</summary>
public class FilterBench
{
    private ClassicInstruction[] _program = [];

    /// <summary>pcap-filter(7) text.</summary>
    [Params("udp port 53", "(tcp port 443 or udp port 53) and (host 192.168.5.7 or ip6) and not net 10.0.0.0/8")]
    public string Text { get; set; } = "";

    /// <summary>Compiles what is translated.</summary>
    [GlobalSetup]
    public void SetUp() => _program = Compile();

    /// <summary>libpcap's part.</summary>
    [Benchmark]
    public ClassicInstruction[] Compile() => CaptureFilter.CompileForFrames(Text, LinkType.Ethernet, CaptureSettings.DefaultSnaplen);

    /// <summary>For frames with and without a tag, to eBPF.</summary>
    [Benchmark]
    public bool Translate() =>
        VlanFilterRewriter.TryRewrite(_program, 1, mayBeTakenOut: false, out var rewritten, out _) && FrameFilterTranslator.TryTranslate(rewritten, FilterSite.Xdp, out _, out _);
}
