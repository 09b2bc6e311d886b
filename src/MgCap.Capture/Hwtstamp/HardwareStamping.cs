using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Ethtool;

namespace MgCap.Capture.Hwtstamp;

/// <summary>
/// Switches the stamping of received packets in network devices. A device has one setting for everyone: captures of this
/// process share it, and what was set before the first of them is set again after the last.
/// </summary>
public static class HardwareStamping
{
    private static readonly Lock _lock = new();
    private static readonly Dictionary<(string Namespace, int Index), StampedDevice> _stamped = [];

    /// <summary>Why a capture can't have hardware time stamps on an interface, with what its device can do; null where it can.</summary>
    public static string? Refusal(CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(nic);
        if (!nic.Timestamping.Supported)
            return CantStamp(nic);
        return nic.Timestamping.ClockIndex < 0 ? "its device does not say which clock makes its stamps, so that they can't be brought to UTC" : null;
    }

    /// <summary>Switches stamping on or off for good, as <c>mgcap hwtstamp</c> and the API do.</summary>
    /// <param name="nic">The interface.</param>
    /// <param name="enabled">Whether every received packet is to be stamped, or none.</param>
    /// <returns>The state read back.</returns>
    /// <exception cref="CaptureRefusedException">hwtstamp_unsupported, permission_denied, interface_not_found, or interface_busy
    /// where it is to be switched off under a capture of this process.</exception>
    public static HwtstampInfo Set(CaptureInterface nic, bool enabled)
    {
        ArgumentNullException.ThrowIfNull(nic);
        if (!nic.Timestamping.Supported)
            throw new CaptureRefusedException(RefusalCode.HwtstampUnsupported, $"The interface {nic.Name} can't be switched: {CantStamp(nic)}.");
        lock (_lock)
        {
            if (_stamped.TryGetValue(PlaceOf(nic), out var captured))
            {
                if (!enabled)
                    throw new CaptureRefusedException(RefusalCode.InterfaceBusy, $"A running capture takes its time stamps from {nic.Name}. Stop it first.");
                captured.Before = HardwareTimestamping.FilterAll;
            }

            using var device = new EthtoolDevice(nic.Name);
            Switch(nic, device, enabled ? HardwareTimestamping.FilterAll : HardwareTimestamping.FilterNone);
            return HwtstampInfo.Of(device.HardwareTimestamping());
        }
    }

    /// <summary>Has every received packet stamped until the lease is disposed.</summary>
    /// <exception cref="CaptureRefusedException">hwtstamp_unsupported, permission_denied or interface_not_found.</exception>
    internal static StampingLease Lease(CaptureInterface nic)
    {
        lock (_lock)
        {
            var place = PlaceOf(nic);
            var device = new EthtoolDevice(nic.Name);
            try
            {
                var before = device.HardwareTimestamping().ReceiveFilter;
                if (before != HardwareTimestamping.FilterAll)
                    Switch(nic, device, HardwareTimestamping.FilterAll);
                if (_stamped.TryGetValue(place, out var stamped))
                    device.Dispose();
                else
                    _stamped.Add(place, stamped = new StampedDevice(place, device, before));
                stamped.Leases++;
                return new StampingLease(stamped);
            }
            catch
            {
                device.Dispose();
                throw;
            }
        }
    }

    internal static void Return(StampedDevice stamped)
    {
        lock (_lock)
        {
            if (--stamped.Leases > 0)
                return;
            _stamped.Remove(stamped.Place);
            stamped.Restore();
        }
    }

    private static void Switch(CaptureInterface nic, EthtoolDevice device, int filter)
    {
        try
        {
            device.SetReceiveFilter(filter);
        }
        catch (LinuxException exception)
        {
            throw exception.Errno switch
            {
                Errno.EPERM or Errno.EACCES => new CaptureRefusedException(
                    RefusalCode.PermissionDenied, $"Switching the time stamping of {nic.Name} needs the capability CAP_NET_ADMIN. Run as root, or grant it to the program.", exception),
                Errno.ENODEV => new CaptureRefusedException(RefusalCode.InterfaceNotFound, $"The interface {nic.Name} is gone.", exception),
                _ => new CaptureRefusedException(RefusalCode.HwtstampUnsupported, $"MgCap {exception.Message}, although its device says that it can stamp every received packet.", exception),
            };
        }
    }

    private static string CantStamp(CaptureInterface nic)
    {
        var can = HwtstampInfo.Of(nic);
        return $"its device{(nic.Driver is { } driver ? $" (driver {driver})" : "")} can't stamp every received packet (it can stamp of received packets: {Listed(can.RxFilters)}; "
            + $"of sent ones: {Listed(can.TxTypes)}; its clock: {(can.PhcIndex < 0 ? "none" : $"/dev/ptp{can.PhcIndex}")})";
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    /// <summary>Interfaces of two network namespaces may have the same number.</summary>
    private static (string Namespace, int Index) PlaceOf(CaptureInterface nic) =>
        (new FileInfo("/proc/thread-self/ns/net").LinkTarget ?? "", nic.Index);
}
