using System.Text.Json.Serialization;

namespace MgCap.Capture.Pcapng;

/// <summary>The format that packets are handed out in.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<PacketForm>))]
public enum PacketForm
{
    /// <summary>PCAP-NG, as they are kept.</summary>
    Pcapng,

    /// <summary>The older format, with time stamps in nanoseconds, for tools that read nothing else (<see cref="PcapFormat"/>).</summary>
    Pcap,
}
