using System.Globalization;
using MgCap.Capture.Interfaces;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>An interface as a tracepoint, which shows all interfaces' packets, tells it from others.</summary>
/// <param name="Index">Its number in its network namespace.</param>
/// <param name="Namespace">The inode of that namespace (network_namespaces(7)).</param>
internal readonly record struct TracedInterface(uint Index, uint Namespace)
{
    /// <summary>An interface of the calling thread's network namespace.</summary>
    internal static TracedInterface Of(CaptureInterface nic)
    {
        // net:[4026531840]
        var link = new FileInfo("/proc/thread-self/ns/net").LinkTarget!;
        return new TracedInterface((uint)nic.Index, uint.Parse(link.AsSpan(link.IndexOf('[') + 1).TrimEnd(']'), CultureInfo.InvariantCulture));
    }
}
