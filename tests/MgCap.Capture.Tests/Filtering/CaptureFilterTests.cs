using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Filtering;

public sealed class CaptureFilterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("tcp port 443")]
    [InlineData("vlan 5 and ip6")]
    public void GoodFilter_IsValidWithItsLength(string filter)
    {
        var check = CaptureFilter.Check(filter, LinkType.Ethernet);
        Assert.True(check.Valid, check.Error);
        Assert.Null(check.Error);
        Assert.InRange(check.Instructions!.Value, 1, 100);
    }

    [Theory]
    [InlineData("tcp prt 443", "syntax error")]
    [InlineData("host no-such-host.invalid", "unknown host")]
    [InlineData("net 10.0.0.0/33", "mask length must be <= 32")]
    [InlineData("ether[0:3] = 1", "data size must be 1, 2, or 4")]
    [InlineData("(tcp", "syntax error")]
    [InlineData("\"", "syntax error")]
    [InlineData("port 99999999", "port")]
    public void BadFilter_SaysWhatLibpcapSays(string filter, string expected)
    {
        var check = CaptureFilter.Check(filter, LinkType.Ethernet);
        Assert.False(check.Valid);
        Assert.Null(check.Instructions);
        Assert.Contains(expected, check.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\n', check.Error!);
    }

    [Fact]
    public void LinkType_DecidesWhatCanBeAsked()
    {
        Assert.True(CaptureFilter.Check("ether src 02:00:00:00:00:01", LinkType.Ethernet).Valid);
        Assert.False(CaptureFilter.Check("ether src 02:00:00:00:00:01", LinkType.RawIp).Valid);
        Assert.True(CaptureFilter.Check("tcp port 443", LinkType.RawIp).Valid);
        Assert.True(CaptureFilter.Check("tcp port 443", LinkType.LinuxCooked).Valid);
    }

    [Theory]
    [InlineData("link[2:2] = 1", "LINUX_SLL", "byte 2 of the LINUX_SLL header")]
    [InlineData("link[15] = 0", "NETLINK", "byte 15 of the NETLINK header")]
    [InlineData("link[link[16]] = 0", "LINUX_SLL", "at an offset that depends on the packet")]
    [InlineData("link[0:4] = 0x123", "CAN_SOCKETCAN", "compare it byte by byte")]
    public void WhatTheKernelsFilterDoesNotSee_IsRefused(string filter, string linkType, string expected) =>
        Assert.Contains(expected, CaptureFilter.Check(filter, LinkType.All.Single(type => type.Name == linkType)).Error, StringComparison.Ordinal);

    [Fact]
    public void LongText_IsRefusedBeforeLibpcapSeesIt()
    {
        var check = CaptureFilter.Check(new string('(', 100_000), LinkType.Ethernet);
        Assert.Equal("must be at most 65536 bytes; this one has 100000", check.Error);
    }

    [Fact]
    public void LongestText_IsTaken() =>
        Assert.True(CaptureFilter.Check("tcp".PadRight(CaptureFilter.MaxTextBytes), LinkType.Ethernet).Valid);

    [Fact]
    public void Length_IsCountedInBytes() =>
        Assert.Equal("must be at most 65536 bytes; this one has 65538", CaptureFilter.Check(new string('é', 32_769), LinkType.Ethernet).Error);

    [Theory]
    [InlineData("tcp\0udp")]
    [InlineData("\0")]
    public void NulCharacter_IsRefused(string filter) =>
        Assert.Equal("must not contain a NUL character", CaptureFilter.Check(filter, LinkType.Ethernet).Error);

    /// <summary>libpcap runs such a filter itself, packet by packet; the kernel refuses it.</summary>
    [Theory]
    [InlineData("ip6 protochain 6")]
    [InlineData("tcp or ip protochain 17")]
    public void Loop_IsRefused(string filter) =>
        Assert.Equal("the filter needs a loop, as protochain does; the kernel takes none", CaptureFilter.Check(filter, LinkType.Ethernet).Error);

    [Fact]
    public void LongProgram_IsRefusedWithItsLength()
    {
        var filter = string.Join(" or ", Enumerable.Range(0, 700).Select(i => $"host {i:x}::1"));
        var check = CaptureFilter.Check(filter, LinkType.Ethernet);
        Assert.False(check.Valid);
        Assert.Matches("^the filter compiles to [0-9]+ instructions; the kernel takes at most 4096$", check.Error);
    }

    [RootFact]
    public void BadFilter_RefusesTheCapture()
    {
        using var inside = NetworkNamespace.Create("badfilter");
        using var sink = new MemorySink();
        var refused = Assert.Throws<CaptureRefusedException>(
            () => LabCapture.Start(inside, LabCapture.Settings("lo") with { Filter = "tcp prt 443" }, sink));
        Assert.Equal(RefusalCode.FilterInvalid, refused.Code);
        Assert.Contains("syntax error", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, sink.Length);
    }
}
