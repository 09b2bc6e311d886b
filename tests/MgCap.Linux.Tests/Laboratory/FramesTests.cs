using System.Buffers.Binary;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Laboratory;

public class FramesTests
{
    private static readonly Flow _flow = Flow.Numbered(7);

    [Theory]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(1514)]
    [InlineData(9014)]
    public void Frame_HasTheLengthAskedFor(int length)
    {
        Assert.Equal(length, Frames.Udp4(_flow, length).Length);
        Assert.Equal(length, Frames.Tcp4(_flow, length).Length);
        Assert.Equal(Math.Max(length, 66), Frames.Udp6(Flow.NumberedIPv6(1), Math.Max(length, 66)).Length);
    }

    [Theory]
    [InlineData(59)]
    [InlineData(9015)]
    public void Frame_OfAnotherLength_IsRefused(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => Frames.Udp4(_flow, length));

    [Fact]
    public void Sequence_IsRead_AsItWasWritten() => Assert.Equal(0xdeadbeef, Frames.SequenceOfUdp4(Frames.Udp4(_flow, 60, 0xdeadbeef)));

    [Fact]
    public void NumberedFlows_AreAllDifferent() =>
        Assert.Equal(65536, Enumerable.Range(0, 65536).Select(Flow.Numbered).Select(flow => (flow.Source, flow.SourcePort)).Distinct().Count());

    [Fact]
    public void Tshark_FindsNothingWrong()
    {
        List<byte[]> frames = [Frames.Arp(_flow), Frames.Udp4(_flow, "odd"u8)];
        foreach (var length in (int[])[66, 67, 200, 1513, 9014])
            frames.AddRange([Frames.Udp4(_flow, length, 5), Frames.Tcp4(_flow, length, 5), Frames.Udp6(Flow.NumberedIPv6(9), length, 5)]);
        frames.AddRange([Frames.Vlan(5, frames[^1]), Frames.QinQ(100, 5, frames[^2])]);
        var told = Dissect(frames, "frame.len", "vlan.id", "ieee8021ad.id", "udp.checksum.status", "tcp.checksum.status", "ip.checksum.status", "_ws.malformed");

        Assert.Equal(frames.Select(frame => $"{frame.Length}"), told.Select(row => row[0]));
        Assert.Equal(["5 ", "5 100"], told[^2..].Select(row => $"{row[1]} {row[2]}"));
        // 1 is "good" in tshark; each frame but ARP has one transport checksum, IPv4 one more.
        Assert.All(told[1..], row => Assert.Equal("1", row[3] + row[4]));
        Assert.Equal(12, told.Count(row => row[5] == "1"));
        Assert.All(told, row => Assert.Equal("", row[6]));
    }

    [Fact]
    public void Tshark_FindsAWrongChecksum()
    {
        // The control of the test above: it can fail.
        var frame = Frames.Udp4(_flow, 200, 5);
        frame[^1] ^= 1;
        Assert.Equal("0", Dissect([frame], "udp.checksum.status").Single()[0]);
    }

    private static string[][] Dissect(IReadOnlyList<byte[]> frames, params string[] fields)
    {
        var file = Path.GetTempFileName();
        try
        {
            WritePcap(file, frames);
            string[] options = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"];
            var text = Tool.Run("tshark", ["-r", file, .. options, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })]);
            return [.. text.TrimEnd('\n').Split('\n').Select(row => row.Split('\t'))];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void WritePcap(string path, IReadOnlyList<byte[]> frames)
    {
        using var file = File.Create(path);
        uint[] header = [0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1];
        WriteAll(file, header);
        foreach (var frame in frames)
        {
            WriteAll(file, [0, 0, (uint)frame.Length, (uint)frame.Length]);
            file.Write(frame);
        }
    }

    private static void WriteAll(FileStream file, uint[] words)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            file.Write(bytes);
        }
    }
}
