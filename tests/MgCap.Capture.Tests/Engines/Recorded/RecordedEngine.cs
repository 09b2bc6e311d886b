using MgCap.Capture.Blocks;
using MgCap.Capture.Engines;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Statistics;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Tests.Engines.Recorded;

/// <summary>An engine as somebody would add one: its packets come from a file that was recorded.</summary>
internal sealed class RecordedEngine(string path) : ICaptureEngine
{
    public string Name => "recorded";

    public EngineCapabilities Capabilities { get; } = new(CanDrop: false, [CaptureDirection.In], LinkTypes: null, HardwareStamps: false);

    public string? UnavailableReason => File.Exists(path) ? null : $"there is no {path}";

    public string? Refusal(CaptureInterface nic) => UnavailableReason;

    public string? Refusal(CaptureSettings settings, CaptureInterface nic) =>
        Refusal(nic) ?? (settings.Mode == CaptureMode.Drop ? "what was recorded can't be dropped" : null);

    public CaptureSource Open(CaptureSettings settings, CaptureInterface nic) => new RecordedSource(settings, nic, path);

    private sealed class RecordedSource(CaptureSettings settings, CaptureInterface nic, string path)
        : CaptureSource(nic, [new QueueLedger(-1, "")])
    {
        private readonly PcapngReader _file = PcapngReader.Open(File.OpenRead(path));
        private bool _ended;

        public override string Detail => path;

        internal override bool CanDrop => false;

        internal override bool HasPending => false;

        internal override bool IsEmpty => _ended;

        internal override RingPoll Poll { get; } = new([]);

        internal override long NextTime => _ended ? long.MaxValue : 0;

        internal override bool Take(out long due)
        {
            due = long.MaxValue;
            return !_ended;
        }

        internal override int Encode(PacketEncoder encoder, long until)
        {
            var moved = 0;
            while (moved < 1000 && encoder.LimitReached is null && !(_ended = !_file.Read()))
            {
                if (_file.BlockKind != PcapngBlockKind.Packet)
                    continue;
                var packet = _file.Packet;
                encoder.Write(0, packet.Time!.Value.Nanoseconds, (int)packet.OriginalLength, outgoing: false, packet.Data[..Math.Min(packet.Data.Length, settings.Snaplen)]);
                moved++;
            }

            return moved;
        }

        internal override void Release()
        {
        }

        internal override int BeginWait(int milliseconds) => 0;

        internal override SourceState EndWait() => _ended ? SourceState.Stopped : SourceState.Receiving;

        internal override void StopReceiving() => _ended = true;

        private protected override void ChangeMode(CaptureMode mode)
        {
        }

        private protected override void ReadRingCounters()
        {
        }

        private protected override void Close() => _file.Dispose();
    }
}
