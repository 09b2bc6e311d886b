using MgCap.Linux.Tests.Rings;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Filters;

public class BpfProgramTests
{
    [RootFact]
    public void HandWrittenProgram_CountsPackets_AndCutsThem()
    {
        using var lab = VethLab.Create("bpf");
        using var counters = new BpfCounters("test_count", 2);
        using var program = BpfProgram.LoadSocketFilter("test_count", CountInto(counters, index: 1, keep: 64));
        using var reader = new RingReader(lab, ring => ring.AttachFilter(program));
        using var sender = lab.OpenSender();
        for (var i = 0u; i < 10; i++)
            sender.Send(Frames.Udp4(new Flow(), 500, i));

        Assert.All(reader.Read(10), packet => Assert.Equal((64, 500), (packet.Data.Length, packet.WireLength)));
        Assert.Equal([0ul, 10ul], counters.Read());
    }

    [RootFact]
    public void Program_LivesOn_InTheSocket()
    {
        using var lab = VethLab.Create("bpf-live");
        var counters = new BpfCounters("test_live", 1);
        var program = BpfProgram.LoadSocketFilter("test_live", CountInto(counters, index: 0, keep: 64));
        using var reader = new RingReader(lab, ring => ring.AttachFilter(program));
        program.Dispose();
        counters.Dispose();
        using var sender = lab.OpenSender();
        sender.Send(Frames.Udp4(new Flow(), 500));
        Assert.Equal(64, Assert.Single(reader.Read(1)).Data.Length);
    }

    [RootFact]
    public void BadProgram_IsRefused()
    {
        // It ends without a return value.
        var exception = Assert.Throws<LinuxException>(() => BpfProgram.LoadSocketFilter("test_bad", [new BpfInstruction(0x95, 0, 0, 0)]));
        Assert.Equal(Errno.EACCES, exception.Errno);
        Assert.StartsWith("could not load a BPF socket filter", exception.Message, StringComparison.Ordinal);
        Assert.Contains("R0 !read_ok", exception.Message, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData(BpfProgramType.Xdp)]
    [InlineData(BpfProgramType.SchedCls)]
    [InlineData(BpfProgramType.SocketFilter)]
    public void Program_RunsForTrial(BpfProgramType type)
    {
        using var program = BpfProgram.Load(type, "test_run", [new(0xb4, 0x00, 0, 2), new(0x95, 0x00, 0, 0)]); // r0 = 2; exit
        var run = program.Run(new byte[60], repeat: 1000);
        Assert.Equal(2u, run.ReturnValue);
        Assert.InRange(run.Nanoseconds, 0, 1_000_000);
    }

    [RootFact]
    public void ShortFrame_CantBeRun()
    {
        using var program = BpfProgram.Load(BpfProgramType.Xdp, "test_run", [new(0xb4, 0x00, 0, 2), new(0x95, 0x00, 0, 0)]);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => program.Run(new byte[13])).Errno);
    }

    [Fact]
    public void BadCounters_AreRefused()
    {
        var exception = Assert.Throws<LinuxException>(() => new BpfCounters("none", 0));
        Assert.Equal(Errno.EINVAL, exception.Errno);
        Assert.StartsWith("could not create a BPF map", exception.Message, StringComparison.Ordinal);
    }

    private static BpfInstruction[] CountInto(BpfCounters counters, int index, int keep) =>
    [
        new(0x18, 0x21, 0, counters.Descriptor),   // r1 = the map's value (BPF_PSEUDO_MAP_VALUE)
        new(0x00, 0x00, 0, index * sizeof(ulong)), //      + the counter's place in it
        new(0xb7, 0x02, 0, 1),                     // r2 = 1
        new(0xdb, 0x21, 0, 0),                     // lock *(u64 *)(r1) += r2
        new(0xb7, 0x00, 0, keep),                  // r0 = keep
        new(0x95, 0x00, 0, 0),                     // exit
    ];
}
