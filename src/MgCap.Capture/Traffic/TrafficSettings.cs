using System.Net.NetworkInformation;
using System.Text.Json.Serialization;

namespace MgCap.Capture.Traffic;

/// <summary>How frames are handed to the interface.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<TrafficMethod>))]
public enum TrafficMethod
{
    /// <summary>The fastest that can do what is asked.</summary>
    Auto,
    /// <summary>An XDP program makes and redirects the frames in the kernel: millions a second from one core.</summary>
    Xdp,
    /// <summary>Packet sockets: any interface, any length, any rate.</summary>
    Packet,
}

/// <summary>What is to be sent.</summary>
public sealed record TrafficSettings
{
    /// <summary>Shortest frame in bytes, without FCS.</summary>
    public const int MinFrameLength = 60;
    /// <summary>Longest frame in bytes, without FCS.</summary>
    public const int MaxFrameLength = 9000;
    /// <summary>Length of frames that nobody chose a length for.</summary>
    public const int DefaultFrameLength = 128;
    /// <summary>Most flows: source ports from 1024 to 65535.</summary>
    public const int MaxFlows = 65536 - 1024;
    /// <summary>Most threads.</summary>
    public const int MaxThreads = 256;

    /// <summary>The interface that sends.</summary>
    public required string Interface { get; init; }

    /// <summary>How many packets, of all threads together; 0 sends until stopped.</summary>
    public long Packets { get; init; }

    /// <summary>Packets a second, of all threads together; 0 is as fast as possible.</summary>
    public long Rate { get; init; }

    /// <summary>Length of each frame in bytes, without FCS.</summary>
    public int FrameLength { get; init; } = DefaultFrameLength;

    /// <summary>IPv6 instead of IPv4.</summary>
    public bool IPv6 { get; init; }

    /// <summary>How many flows, which differ in their source port and take turns.</summary>
    public int Flows { get; init; } = 1;

    /// <summary>How many threads send; each numbers its packets from 0.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The cores that the threads are pinned to in turn; empty leaves them free.</summary>
    public IReadOnlyList<int> Cores { get; init; } = [];

    /// <summary>The link-layer address that frames are sent to.</summary>
    public PhysicalAddress Destination { get; init; } = DefaultDestination;

    /// <summary>How frames are handed to the interface.</summary>
    public TrafficMethod Method { get; init; }

    /// <summary>02:00:00:00:00:02, a locally administered address.</summary>
    public static PhysicalAddress DefaultDestination { get; } = new([2, 0, 0, 0, 0, 2]);

    /// <summary>How many packets one of the threads sends; <see cref="long.MaxValue"/> until stopped.</summary>
    public long PacketsOf(int thread) => Packets == 0 ? long.MaxValue : Packets / Threads + (thread < Packets % Threads ? 1 : 0);
}
