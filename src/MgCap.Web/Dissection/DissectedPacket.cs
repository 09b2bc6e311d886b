using System.Text.Json.Serialization;
using MgCap.Capture;

namespace MgCap.Web.Dissection;

/// <summary>What reads packets for people.</summary>
public enum DissectorKind
{
    /// <summary>Wireshark's own sharkd.</summary>
    Sharkd,

    /// <summary>MgCap itself: the layers up to TCP, UDP, ICMP, ARP and DNS.</summary>
    [JsonStringEnumMemberName("builtIn")]
    BuiltIn,
}

/// <summary>A packet in a list.</summary>
/// <param name="Number">Its place in the capture, from 1.</param>
/// <param name="Time">When it was seen; null where the file does not say.</param>
/// <param name="Source">Who sent it, by the highest layer that has an address.</param>
/// <param name="Destination">Whom it is for.</param>
/// <param name="Protocol">The highest protocol that was made out.</param>
/// <param name="Length">Bytes on the wire.</param>
/// <param name="Info">What it is about, in one line.</param>
public sealed record PacketRow(long Number, Timestamp? Time, string Source, string Destination, string Protocol, long Length, string Info);

/// <summary>A protocol's part of a packet.</summary>
/// <param name="Name">The protocol's name.</param>
/// <param name="Summary">What it says, in one line.</param>
/// <param name="Start">Where it starts in the packet, in bytes.</param>
/// <param name="Length">How long it is, in bytes; 0 where it stands for no bytes of this packet.</param>
/// <param name="Fields">What is in it.</param>
public sealed record PacketLayer(string Name, string Summary, int Start, int Length, IReadOnlyList<PacketField> Fields);

/// <summary>A field of a layer.</summary>
/// <param name="Label">The field with its value, for people.</param>
/// <param name="Filter">A display filter that finds packets with the same value; null where there is none.</param>
/// <param name="Start">Where it starts in the packet, in bytes.</param>
/// <param name="Length">How long it is, in bytes; 0 where it stands for no bytes of this packet.</param>
/// <param name="Fields">What is in it.</param>
public sealed record PacketField(string Label, string? Filter, int Start, int Length, IReadOnlyList<PacketField> Fields);
