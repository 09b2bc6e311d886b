using MgCap.Testing;

namespace MgCap.E2E.Tests;

/// <summary>
/// Frames that keep coming, a few thousand each second in slow waves, over every queue: UDP frames with a running number, and
/// for every third one a TCP frame.
/// </summary>
public sealed class Traffic : IAsyncDisposable
{
    /// <summary>The port that the UDP frames go to.</summary>
    public const int UdpPort = 5000;

    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(10);
    private static readonly int[] _lengths = [60, 200, 590, 1514];

    private readonly CancellationTokenSource _enough = new();
    private readonly FrameSender[] _senders;
    private readonly Task _sending;
    private uint _udp;

    public Traffic(VethLab lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        _senders =
        [
            .. Enumerable.Range(0, lab.Options.Queues).Select(queue => lab.OpenSender(new FrameSenderOptions { Queue = queue })),
        ];
        _sending = SendAsync();
    }

    /// <summary>Stops it.</summary>
    /// <returns>How many UDP frames were sent: they are numbered from 0.</returns>
    public async Task<int> StopAsync()
    {
        await _enough.CancelAsync();
        await _sending;
        return (int)_udp;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var sender in _senders)
            sender.Dispose();
        _enough.Dispose();
    }

    private async Task SendAsync()
    {
        using var beat = new PeriodicTimer(_beat);
        for (var round = 0; !_enough.IsCancellationRequested; round++)
        {
            await beat.WaitForNextTickAsync();
            var frames = 20 + (int)(12 * Math.Sin(round / 60.0));
            for (var i = 0; i < frames; i++)
                SendNext();
        }
    }

    private void SendNext()
    {
        var number = _udp++;
        var flow = Flow.Numbered((int)(number % 64)) with { DestinationPort = UdpPort };
        // The first queue carries most, as where a few flows are heavy.
        var sender = _senders[number % 5 < 2 ? 0 : number % (uint)_senders.Length];
        sender.Send(Frames.Udp4(flow, _lengths[number % (uint)_lengths.Length], number));
        if (number % 3 == 0)
            sender.Send(Frames.Tcp4(flow with { DestinationPort = 443 }, 66, number));
    }
}
