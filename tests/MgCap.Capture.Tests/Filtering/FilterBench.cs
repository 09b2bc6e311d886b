using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Rings;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Filtering;

/// <summary>
/// Two rings on one interface: one with a classic program, which the kernel runs by itself, one with its translation. A third,
/// bound first and so served last, accepts everything and tells when a frame has passed the others.
/// </summary>
public sealed class FilterBench : IDisposable
{
    private readonly Lazy<Opened> _opened = new(() => new Opened());

    public void Dispose()
    {
        if (_opened.IsValueCreated)
            _opened.Value.Dispose();
    }

    /// <summary>Compiles a text as a capture on the bench's interface does.</summary>
    internal ClassicInstruction[] Compile(string filter, int snaplen = 96)
    {
        var lab = _opened.Value.Lab;
        return lab.CaptureSide.Run(() => CaptureFilter.CompileForSocket(filter, CaptureInterfaces.Find("cap0")!, snaplen));
    }

    /// <summary>
    /// Sends frames to and from the interface, and compares what both programs accept of them, and that the translation has
    /// counted the rest. Which may need some waiting; a count that is wrong is a <see cref="TimeoutException"/>.
    /// </summary>
    /// <param name="program">The classic program.</param>
    /// <param name="direction">Packets that count.</param>
    /// <param name="frames">Each is sent once in each direction.</param>
    /// <returns>What both accepted, as text that starts with the packet type.</returns>
    internal IReadOnlyList<string> Compare(ClassicInstruction[] program, CaptureDirection direction, IReadOnlyList<byte[]> frames) =>
        _opened.Value.Compare(program, direction, frames);

    private sealed class Opened : IDisposable
    {
        private readonly FrameSender _inward;
        private readonly FrameSender _outward;
        private readonly PacketRing _all;
        private readonly PacketRing _classic;
        private readonly PacketRing _translated;

        internal Opened()
        {
            Lab = VethLab.Create("filter");
            _inward = Lab.OpenSender();
            _outward = new FrameSender(Lab.CaptureSide, "cap0");
            (_all, _classic, _translated) = Lab.CaptureSide.Run(() => (OpenRing(), OpenRing(), OpenRing()));
        }

        internal VethLab Lab { get; }

        internal List<string> Compare(ClassicInstruction[] program, CaptureDirection direction, IReadOnlyList<byte[]> frames)
        {
            const int FirstCounter = 1;
            using var counters = new BpfCounters("mgcap_test", 3);
            var translation = SocketFilterTranslator.Translate(program, new WantedPackets(direction), counters, FirstCounter);
            Assert.NotNull(translation);
            using var loaded = BpfProgram.LoadSocketFilter("mgcap_test", translation);
            _classic.AttachFilter(new WantedPackets(direction).Before(program));
            _translated.AttachFilter(loaded);

            var sent = _inward.Flood(frames, frames.Count).Sent + _outward.Flood(frames, frames.Count).Sent;
            Assert.Equal(2L * frames.Count, sent);
            long looked = direction == CaptureDirection.Both ? sent : frames.Count;
            List<string> all = [], classic = [], translated = [];
            long accepted = 0;
            Wait.Until(
                () =>
                {
                    Take(_all, all);
                    accepted += _classic.ReadAndResetCounters().Accepted;
                    Take(_classic, classic);
                    Take(_translated, translated);
                    var left = counters.Read();
                    return all.Count == sent && classic.Count == accepted
                        && translated.Count + (long)left[FirstCounter] + (long)left[FirstCounter + 1] == looked;
                },
                $"{looked} frames to be accepted or counted");

            Assert.Equal(classic, translated);
            Assert.Equal(0ul, counters.Read()[0]);
            var outgoing = translated.Count(packet => packet.StartsWith(nameof(PacketType.Outgoing), StringComparison.Ordinal));
            Assert.Equal(direction == CaptureDirection.In ? 0 : frames.Count - outgoing, (long)counters.Read()[FirstCounter + 1]);
            return translated;
        }

        public void Dispose()
        {
            _inward.Dispose();
            _outward.Dispose();
            _all.Dispose();
            _classic.Dispose();
            _translated.Dispose();
            Lab.Dispose();
        }

        private PacketRing OpenRing()
        {
            var ring = new PacketRing(new PacketRingOptions
            {
                InterfaceIndex = Lab.CaptureIndex,
                BlockSize = 64 * 1024,
                BlockCount = 16,
                RetireAfter = TimeSpan.FromMilliseconds(1),
            });
            ring.Bind();
            return ring;
        }

        /// <summary>Takes everything that the kernel has given away, and says each packet as text.</summary>
        private static void Take(PacketRing ring, List<string> packets)
        {
            for (var block = ring.TakeBlock(); block >= 0; block = ring.TakeBlock())
            {
                var at = ring.FirstPacket(block);
                for (var i = ring.PacketCount(block); i > 0; i--)
                {
                    var packet = ring.PacketAt(at);
                    packets.Add($"{packet.Type} vlan {packet.VlanTag:x} length {packet.WireLength}: {Convert.ToHexString(packet.Data)}");
                    at = ring.NextPacket(at);
                }

                ring.Release(block);
            }
        }
    }
}
