using MgCap.Capture;

namespace MgCap.Web.Interfaces;

/// <summary>What passes an interface, whether or not anything captures it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its number.</param>
/// <param name="Up">Whether it is switched on.</param>
/// <param name="ReceivedPacketsPerSecond">Packets received per second.</param>
/// <param name="ReceivedBitsPerSecond">Bits received per second.</param>
/// <param name="SentPacketsPerSecond">Packets sent per second.</param>
/// <param name="SentBitsPerSecond">Bits sent per second.</param>
public sealed record InterfaceRate(
    string Name, int Index, bool Up,
    double ReceivedPacketsPerSecond, double ReceivedBitsPerSecond, double SentPacketsPerSecond, double SentBitsPerSecond);

/// <summary>What passes every interface, by the kernel's own counters (IFLA_STATS64).</summary>
/// <param name="At">When it was read.</param>
/// <param name="Interfaces">The interfaces, by their number; a new one comes with its second reading.</param>
public sealed record InterfaceRates(Timestamp At, IReadOnlyList<InterfaceRate> Interfaces);
