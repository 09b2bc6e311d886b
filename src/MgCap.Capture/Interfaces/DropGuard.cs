using System.Net;
using MgCap.Linux.Netlink;

namespace MgCap.Capture.Interfaces;

/// <summary>
/// Keeps drop mode from cutting off who asks for it: an interface that carries their connection, or the way to the rest of the
/// world, is refused. An interface carries what it has itself, and what the interfaces above it have: the bridge or bond that
/// it is in, its VLANs.
/// </summary>
public sealed record DropGuard
{
    /// <summary>The address of this host that the connection to be kept ends at; null where there is none.</summary>
    public required IPAddress? ConnectedTo { get; init; }

    /// <summary>What that connection is, for people, as "your connection to MgCap".</summary>
    public required string Connection { get; init; }

    /// <summary>How to drop anyway, for people, as "give --force".</summary>
    public required string Override { get; init; }

    /// <summary>Looks at the machine as it now is.</summary>
    /// <exception cref="CaptureRefusedException">drop_refused: the interface carries the connection or a default route.</exception>
    public void Check(CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(nic);
        // No engine drops on all interfaces at once; that is what is to be said then.
        if (nic.IsAny)
            return;
        var links = NetworkLinks.List();
        var refusal = Refusal(nic.Index, links, InterfacesOf(ConnectedTo, links), NetworkPaths.OfDefaultRoutes());
        if (refusal is not null)
            throw new CaptureRefusedException(RefusalCode.DropRefused, refusal);
    }

    /// <summary>The decision.</summary>
    /// <param name="nic">The number of the interface that is to drop.</param>
    /// <param name="links">Every interface.</param>
    /// <param name="connected">The numbers of those that the connection comes through.</param>
    /// <param name="routed">The numbers of those that a default route leads through.</param>
    /// <returns>Why not; null where nothing is in the way.</returns>
    internal string? Refusal(int nic, IReadOnlyList<NetworkLink> links, IReadOnlySet<int> connected, IReadOnlySet<int> routed)
    {
        var carried = WithThoseAbove(nic, links);
        var (lost, by) = carried.FirstOrDefault(connected.Contains) is > 0 and var client ? (Connection, client)
            : carried.FirstOrDefault(routed.Contains) is > 0 and var route ? ("this host's default route", route)
            : ("", 0);
        if (by == 0)
            return null;
        var through = by == nic ? "" : $" (through {NameOf(by)})";
        return $"The interface {NameOf(nic)} carries {lost}{through}: drop mode would cut it off. Use mirror mode or another interface, or {Override} to drop anyway.";

        string NameOf(int index) => links.FirstOrDefault(link => link.Index == index)?.Name ?? "";
    }

    private static IReadOnlySet<int> InterfacesOf(IPAddress? address, IReadOnlyList<NetworkLink> links)
    {
        if (address is null)
            return new HashSet<int>();
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        // Every address of 127.0.0.0/8 is there, whichever the interface has.
        return IPAddress.IsLoopback(address)
            ? links.Where(link => link.HardwareType == LinkType.ArphrdLoopback).Select(link => link.Index).ToHashSet()
            : NetworkPaths.InterfacesWith(address);
    }

    /// <returns>The interface first, then the others as they lie above it.</returns>
    private static List<int> WithThoseAbove(int index, IReadOnlyList<NetworkLink> links)
    {
        var carried = new List<int> { index };
        for (var i = 0; i < carried.Count; i++)
        {
            var above = links.Where(link => link.LowerIndex == carried[i]).Select(link => link.Index)
                .Concat(links.Where(link => link.Index == carried[i]).Select(link => link.MasterIndex));
            carried.AddRange(above.Where(each => each != 0 && !carried.Contains(each)).Distinct().ToArray());
        }

        return carried;
    }
}
