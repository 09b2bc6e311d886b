namespace MgCap.Capture.Traffic;

/// <summary>The way of one thread's packets to the interface. One thread at a time; disposing gives back what it holds.</summary>
internal interface ITrafficPath : IDisposable
{
    /// <summary>Tries to send the next packets: as many as the path takes at once, at most as many as are wanted.</summary>
    TrafficBurst Send(long wanted);
}

/// <summary>What became of one burst.</summary>
/// <param name="Tried">Packets that got a number, sent or not.</param>
/// <param name="Refused">Those of them that the path saw refused.</param>
internal readonly record struct TrafficBurst(long Tried, long Refused);
