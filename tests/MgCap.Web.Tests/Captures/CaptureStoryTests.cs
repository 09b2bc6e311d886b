using System.Globalization;
using System.Net;
using System.Text.Json;
using MgCap.Capture.Pcapng;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

/// <summary>The main job: start, send, stop, download, and let tshark say what is in the file.</summary>
public sealed class CaptureStoryTests
{
    [RootFact]
    public async Task Capture_OfKnownFrames_IsFoundByTsharkFrameByFrame()
    {
        using var lab = CaptureLab.Create("story");
        using var sender = lab.Cable.OpenSender();

        var answer = await lab.Api.TryStartAsync(new { name = "the story", comment = "as a test tells it" });
        var started = answer.As<CaptureRecord>(HttpStatusCode.Created);
        Assert.Equal($"/api/captures/{started.Id}", answer.Headers.Location?.OriginalString);
        Assert.Equal(CaptureState.Running, started.State);
        sender.SendAll(KnownFrames.Mixed);
        var stopped = await lab.Api.StopAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal(CaptureState.Stopped, stopped.State);
        Assert.Equal(KnownFrames.Mixed.Count, stopped.Statistics.Captured);
        Assert.Equal(KnownFrames.Mixed.Count, stopped.Statistics.Received);
        Accounts.RequireAgreement(stopped, file);
        Accounts.RequireSameStatistics(stopped, file);
        RequireFrames(file, KnownFrames.Mixed, 96);
        Assert.All(Fields(file, "frame.interface_name"), name => Assert.Equal("cap0/rx0", name));
        RequireTimeOrder(file);
        Assert.Equal("as a test tells it", Accounts.RequireWhole(file).Section!.Comment);
    }

    [RootFact]
    public async Task Capture_OfTaggedFrames_HasTheirTags()
    {
        using var lab = CaptureLab.Create("tags");
        using var sender = lab.Cable.OpenSender();

        var started = await lab.Api.StartAsync();
        sender.SendAll(KnownFrames.Mixed);
        await lab.Api.StopAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        Assert.Equal(
            [$"{KnownFrames.Vlan}", $"{KnownFrames.PrioritisedVlan}", $"{KnownFrames.CustomerVlan}", $"{KnownFrames.CustomerVlan}"],
            Fields(file, "vlan.id", "vlan"));
        Assert.Equal(["0", "5", "0", "0"], Fields(file, "vlan.priority", "vlan"));
        Assert.Equal([$"{KnownFrames.ServiceVlan}", $"{KnownFrames.ServiceVlan}"], Fields(file, "ieee8021ad.id", "ieee8021ad"));
    }

    [RootFact]
    public async Task Capture_WithLongSnaplen_HasWholeFrames()
    {
        using var lab = CaptureLab.Create("whole");
        using var sender = lab.Cable.OpenSender();

        var started = await lab.Api.StartAsync(new { snaplen = 262144 });
        sender.SendAll(KnownFrames.Mixed);
        var stopped = await lab.Api.StopAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        RequireFrames(file, KnownFrames.Mixed, 262144);
        Assert.Equal(KnownFrames.Mixed.Sum(frame => frame.Length), stopped.Statistics.WireBytes);
        Assert.Equal(stopped.Statistics.WireBytes, stopped.Statistics.CapturedBytes);
    }

    [RootFact]
    public async Task Capture_OfTwoQueues_NamesEachFramesQueueAndKeepsTheOrder()
    {
        using var lab = CaptureLab.Create("queues", new VethOptions { Queues = 2 });
        // A veth tells the receive queue as a device does, with NAPI only.
        KernelFlood.EnableNapi(lab.Cable);
        using var first = lab.Cable.OpenSender(new FrameSenderOptions { Queue = 0 });
        using var second = lab.Cable.OpenSender(new FrameSenderOptions { Queue = 1 });
        FrameSender[] senders = [first, second];
        var frames = KnownFrames.Udp(200);
        int[] queues = [.. frames.Select((_, i) => i * 7 / 3 % 2)];

        var started = await lab.Api.StartAsync();
        foreach (var (frame, queue) in frames.Zip(queues))
            senders[queue].Send(frame);
        await lab.Api.WaitAsync(started.Id, record => record.Statistics.Captured == frames.Count, "all frames");
        var stopped = await lab.Api.StopAsync(started.Id);
        var file = await lab.Api.DownloadAsync(started.Id);

        // Each queue has a softirq of its own: between the queues the order is that of arrival, within one that of sending.
        RequireTimeOrder(file);
        var packets = CapturedPacket.ReadAll(file);
        Assert.Equal(packets.Select(packet => packet.Interface), Fields(file, "frame.interface_name"));
        foreach (var queue in (int[])[0, 1])
        {
            var sent = frames.Zip(queues).Where(each => each.Second == queue).Select(each => KnownFrames.Cut(each.First)).ToArray();
            Assert.Equal(sent, packets.Where(packet => packet.Interface == $"cap0/rx{queue}").Select(packet => packet.Data));
            Assert.Equal(sent.Length, Assert.Single(stopped.Statistics.Queues, row => row.Queue == queue).Captured);
        }

        Accounts.RequireAgreement(stopped, file);
        Accounts.RequireSameStatistics(stopped, file);
    }

    [RootFact]
    public async Task Capture_InOneDirection_HasThatDirectionOnly()
    {
        using var lab = CaptureLab.Create("ways");
        using var sender = lab.Cable.OpenSender();
        using var answerer = lab.OpenAnswerer();
        var incoming = KnownFrames.Udp(10, 100);
        var outgoing = KnownFrames.Udp(7, 200);

        var inwards = await lab.Api.StartAsync(new { direction = "in" });
        var outwards = await lab.Api.StartAsync(new { direction = "out" });
        var both = await lab.Api.StartAsync(new { direction = "both" });
        sender.SendAll(incoming);
        answerer.SendAll(outgoing);
        var inwardsFile = await EndAsync(inwards, incoming.Count);
        var outwardsFile = await EndAsync(outwards, outgoing.Count);
        var bothFile = await EndAsync(both, incoming.Count + outgoing.Count);

        Assert.All(CapturedPacket.ReadAll(inwardsFile), packet => Assert.Equal((100, "cap0/rx0", PacketDirection.Unknown), Described(packet)));
        Assert.All(CapturedPacket.ReadAll(outwardsFile), packet => Assert.Equal((200, "cap0/tx", PacketDirection.Unknown), Described(packet)));
        Assert.Equal(
            [.. Enumerable.Repeat((100L, "cap0/rx0", PacketDirection.Inbound), 10), .. Enumerable.Repeat((200L, "cap0/tx", PacketDirection.Outbound), 7)],
            CapturedPacket.ReadAll(bothFile).Select(Described));
        // 1 is inbound and 2 outbound in epb_flags.
        Assert.Equal([.. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(2, 7)], Fields(bothFile, "frame.packet_flags_direction").Select(Number));

        async Task<byte[]> EndAsync(CaptureRecord started, int packets)
        {
            var stopped = await lab.Api.StopAsync(started.Id);
            var file = await lab.Api.DownloadAsync(started.Id);
            Assert.Equal(packets, stopped.Statistics.Captured);
            Accounts.RequireAgreement(stopped, file);
            Accounts.RequireSameStatistics(stopped, file);
            return file;
        }
    }

    private static (long Length, string Interface, PacketDirection Direction) Described(CapturedPacket packet) =>
        (packet.OriginalLength, packet.Interface, packet.Direction);

    private static int Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToInt32(text, 16) : int.Parse(text, CultureInfo.InvariantCulture);

    private static void RequireFrames(byte[] file, IReadOnlyList<byte[]> frames, int snaplen)
    {
        var found = Tshark(file, "-T", "jsonraw", "-J", "frame");
        var bytes = JsonDocument.Parse(found).RootElement.EnumerateArray()
            .Select(packet => packet.GetProperty("_source").GetProperty("layers").GetProperty("frame_raw")[0].GetString());
        Assert.Equal(frames.Select(frame => Convert.ToHexStringLower(KnownFrames.Cut(frame, snaplen))), bytes);
        Assert.Equal(frames.Select(frame => $"{frame.Length}"), Fields(file, "frame.len"));
    }

    private static void RequireTimeOrder(byte[] file)
    {
        var times = Fields(file, "frame.time_epoch").Select(text => decimal.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(times.Order(), times);
    }

    private static string[] Fields(byte[] file, string field, string filter = "frame") =>
        Tshark(file, "-Y", filter, "-T", "fields", "-e", field).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Tshark(byte[] file, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("capture.pcapng");
        File.WriteAllBytes(path, file);
        return ReferenceTools.Tshark(["-r", path, .. arguments]);
    }
}
