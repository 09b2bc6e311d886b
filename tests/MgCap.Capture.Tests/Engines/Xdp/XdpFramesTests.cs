using System.Globalization;
using MgCap.Capture.Engines;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Tests.Support;
using MgCap.Testing;
using static MgCap.Capture.Tests.Support.Wire;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Frames of every length, cut at every snap length, both ways: to the byte.</summary>
public sealed class XdpFramesTests
{
    private static readonly int[] _lengths =
    [
        60, 61, 62, 63, 64, 65, 95, 96, 97, 98, 99, 100, 127, 128, 129, 1499, 1500, 1501, 1514, 2048, 3498, 3499, 3500, 4095, 4096, 4097, 8191, 8193, 9000, 9014,
    ];

    private static byte[][] Known { get; } = [.. _lengths.Select(length => Frames.Udp4(new Flow { DestinationPort = 61234 }, length, (uint)length))];

    [RootTheory]
    [InlineData(14, false)]
    [InlineData(15, false)]
    [InlineData(96, false)]
    [InlineData(128, false)]
    [InlineData(1500, false)]
    [InlineData(65535, false)]
    [InlineData(262144, false)]
    [InlineData(96, true)]
    [InlineData(1500, true)]
    public void Frames_AreCutAtTheSnapLengthAndKnowTheirOwn(int snaplen, bool withoutTcx) =>
        AssertFrames(snaplen, LabCapture.XdpEngine(withoutTcx), withoutTcx ? "native, sent packets at a packet socket" : $"native, {LabCapture.SentDetail}");

    [RootTheory]
    [InlineData(14)]
    [InlineData(96)]
    [InlineData(1500)]
    [InlineData(262144)]
    public void Frames_AreTheSameAtTcx(int snaplen) =>
        AssertFrames(snaplen, LabCapture.XdpEngine(ReceiveHook.Tcx), $"tcx, {LabCapture.SentDetail}");

    private static void AssertFrames(int snaplen, CaptureEngines engine, string detail)
    {
        using var lab = VethLab.Create("frames");
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Snaplen = snaplen }, engine);
        Send(lab.SenderSide, "gen0", Known);
        file.WaitFor(Known.Length);
        Send(lab.CaptureSide, "cap0", Known);
        var captured = file.Stop(2 * Known.Length);
        Assert.Equal(detail, file.Session.EngineDetail);
        Assert.Equal([.. Cut(Known, snaplen), .. Cut(Known, snaplen)], captured.Frames());
        Assert.Equal([.. _lengths, .. _lengths], captured.Packets.Select(packet => (int)packet.OriginalLength));
        Assert.Equal(
            [.. _lengths.Select(_ => ("cap0/rx0", PacketDirection.Inbound)), .. _lengths.Select(_ => ("cap0/tx", PacketDirection.Outbound))],
            captured.Packets.Select(packet => (packet.Interface, packet.Direction)));
        AssertJudged(file, snaplen);
    }

    /// <summary>Longer than what the kernel copies out of a frame at once, 65,535 bytes.</summary>
    [RootTheory]
    [InlineData(65534, false)]
    [InlineData(65535, false)]
    [InlineData(65536, false)]
    [InlineData(262144, false)]
    [InlineData(262144, true)]
    public void LongestFrames_AreWhole(int snaplen, bool withoutTcx)
    {
        const int MaxMtu = 65535;
        using var lab = VethLab.Create("longest", new VethOptions { Mtu = MaxMtu });
        byte[][] frames = [.. new[] { 65534, 65535, 65536, 65537, MaxMtu + 14 }.Select(Numbered)];
        using var file = new DeviceCapture(lab.CaptureSide, LabCapture.XdpSettings() with { Snaplen = snaplen }, LabCapture.XdpEngine(withoutTcx));
        Send(lab.SenderSide, "gen0", frames);
        file.WaitFor(frames.Length);
        Send(lab.CaptureSide, "cap0", frames);
        var captured = file.Stop(2 * frames.Length);
        Assert.Equal([.. Cut(frames, snaplen), .. Cut(frames, snaplen)], captured.Frames());
        Assert.All(captured.Packets.Zip([.. frames, .. frames]), pair => Assert.Equal(pair.Second.Length, pair.First.OriginalLength));
    }

    /// <summary>A frame of an experimental protocol (IEEE 802), of which every byte depends on its place and on the length.</summary>
    private static byte[] Numbered(int length)
    {
        var frame = new byte[length];
        for (var i = 0; i < length; i++)
            frame[i] = (byte)((i * 31) + (i >> 8) + length);
        ((byte[])[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5]).CopyTo(frame, 0);
        return frame;
    }

    private static void AssertJudged(DeviceCapture file, int snaplen)
    {
        var rows = file.Tshark("frame.len", "frame.cap_len", "frame.interface_name", "frame.packet_flags_direction");
        Assert.Equal([.. Rows("cap0/rx0", 1), .. Rows("cap0/tx", 2)], rows.Select(row => row.Replace("0x0000000", "", StringComparison.Ordinal)));
        var told = ReferenceTools.Capinfos(file.Path);
        Assert.Contains($"Number of packets:   {2 * _lengths.Length}", told, StringComparison.Ordinal);
        Assert.Contains("Strict time order:   True", told, StringComparison.Ordinal);
        IEnumerable<string> Rows(string name, int direction) => _lengths.Select(
            length => string.Create(CultureInfo.InvariantCulture, $"{length}\t{Math.Min(length, snaplen)}\t{name}\t{direction}"));
    }
}
