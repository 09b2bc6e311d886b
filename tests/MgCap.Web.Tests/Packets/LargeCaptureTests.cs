using System.Buffers.Binary;
using System.Diagnostics;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Dissection;
using MgCap.Web.Packets;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Packets;

/// <summary>Five million packets: any of them is read at once, and the console does not grow with them.</summary>
public sealed class LargeCaptureTests
{
    private const int Packets = 5_000_000;
    private const int Sequence = 42;
    private const long Gap = 100_000;
    private const long MaxGrowth = 100L * 1024 * 1024;

    // Two thirds of a GiB are read at the start.
    private static readonly TimeSpan _recovery = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task FiveMillionPackets_AreReadAnywhereInBoundedMemory()
    {
        using var capture = StoredCapture.WrittenBy(Write, _recovery);
        // The first request makes the index, which no capture wrote; that is the console's warming up, too.
        await PageAsync(capture, "limit=100");
        var before = ResidentBytes(capture);

        var last = await PageAsync(capture, $"offset={Packets - 100}&limit=100");
        var packet = (await capture.Api.GetAsync($"{capture.Address}/packets/{Packets / 2 + 1}")).As<PacketDetail>();
        var jump = await PageAsync(capture, "at=2026-11-22T12:05:00Z&limit=10");
        var search = await PageAsync(capture, "display=udp.dstport+==+9&limit=1000");
        var growth = ResidentBytes(capture) - before;

        Assert.Equal((Packets, DissectorKind.Sharkd), (last.Total, last.Dissector));
        Assert.Equal(Enumerable.Range(Packets - 99, 100).Select(number => (long)number), last.Rows.Select(row => row.Number));
        Assert.Equal(Packets / 2, (int)BinaryPrimitives.ReadUInt32BigEndian(packet.Bytes.AsSpan(Sequence)));
        Assert.Equal((300_000_000_000 / Gap, Timestamp.Parse("2026-11-22T12:05:00Z")), (jump.Offset, jump.Rows[0].Time));
        Assert.Equal(Enumerable.Range(1, search.Rows.Count).Select(number => (long)number), search.Rows.Select(row => row.Number));
        Assert.Equal((1000, "1000"), (search.Rows.Count, search.Next));
        Assert.True(growth < MaxGrowth, $"the console grew by {growth} bytes");
        Assert.True(File.Exists(capture.FilePath + ".index"), "the index that was made is not kept");
    }

    private static void Write(string path)
    {
        var frame = Frames.Udp4(new Flow { DestinationPort = 9 }, 96);
        StoredCapture.Write(path, Enumerable.Range(0, Packets).Select(i =>
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(Sequence), (uint)i);
            return (new Timestamp(StoredCapture.Start.Nanoseconds + i * Gap), frame);
        }));
    }

    private static long ResidentBytes(StoredCapture capture)
    {
        using var process = Process.GetProcessById(capture.Console.ProcessId);
        return process.WorkingSet64;
    }

    private static async Task<PacketPage> PageAsync(StoredCapture capture, string query) =>
        (await capture.Api.GetAsync($"{capture.Address}/packets?{query}")).As<PacketPage>();
}
