using System.Buffers.Binary;
using MgCap.Capture.Pcapng;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>Frames of varied lengths that are numbered in their payload, and what a file has of them, byte by byte.</summary>
internal sealed class NumberedFlood
{
    internal const int Round = 20_000;

    private const int NumberAt = 42;

    private readonly byte[][] _frames;
    private long _sent;

    /// <param name="longest">Bytes of the longest frame; the shortest has 60.</param>
    internal NumberedFlood(int longest)
    {
        var random = new Random(longest);
        _frames = [.. Enumerable.Range(0, Round).Select(_ => Frames.Udp4(new Flow(), random.Next(Frames.Shortest, longest + 1)))];
    }

    internal long Sent
    {
        get => Volatile.Read(ref _sent);
        private set => Volatile.Write(ref _sent, value);
    }

    /// <summary>Sends the next 20,000.</summary>
    internal FloodResult SendRound(FrameSender sender)
    {
        foreach (var frame in _frames)
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(NumberAt), (uint)Sent++);
        var result = sender.Flood(_frames, Round);
        Assert.Equal(Round, result.Sent);
        return result;
    }

    /// <summary>Reads a file, or what is written of it, to its end: every packet is one of the frames, whole up to the snap length, and later than the one before it.</summary>
    /// <returns>How many packets.</returns>
    internal long AssertIntact(Stream file, int snaplen)
    {
        using var reader = PcapngReader.Open(file);
        long packets = 0, last = -1, time = 0;
        while (reader.Read())
        {
            if (reader.BlockKind != PcapngBlockKind.Packet)
                continue;
            packets++;
            var packet = reader.Packet;
            var number = Frames.SequenceOfUdp4(packet.Data);
            var frame = _frames[number % Round];
            if (number <= last || number >= Sent)
                Assert.Fail($"packet {packets} is number {number}, after number {last}");
            if (packet.OriginalLength != frame.Length || packet.Data.Length != Math.Min(snaplen, frame.Length))
                Assert.Fail($"number {number} has {packet.Data.Length} of {packet.OriginalLength} bytes, and had {frame.Length}");
            if (!packet.Data[..NumberAt].SequenceEqual(frame.AsSpan(0, NumberAt))
                || !packet.Data[(NumberAt + sizeof(uint))..].SequenceEqual(frame.AsSpan(NumberAt + sizeof(uint), packet.Data.Length - NumberAt - sizeof(uint))))
                Assert.Fail($"number {number} is not as it was sent");
            if (packet.Time!.Value.Nanoseconds < time)
                Assert.Fail($"number {number} is {time - packet.Time.Value.Nanoseconds} ns earlier than number {last}");
            (last, time) = (number, packet.Time.Value.Nanoseconds);
        }

        return packets;
    }
}
