using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Hwtstamp;

/// <summary>What a capture with hardware time stamps has of its device: stamping switched on, and its clock kept track of.</summary>
public sealed class HardwareStamps : IDisposable
{
    private readonly StampingLease _lease;

    private HardwareStamps(StampingLease lease, HardwareClock clock)
    {
        _lease = lease;
        Clock = clock;
    }

    /// <summary>The clock that stamps.</summary>
    public HardwareClock Clock { get; }

    /// <summary>Switches stamping on, and measures the clock.</summary>
    /// <exception cref="CaptureRefusedException">hwtstamp_unsupported, permission_denied or interface_not_found; nothing is changed then.</exception>
    public static HardwareStamps Open(CaptureInterface nic)
    {
        if (HardwareStamping.Refusal(nic) is { } refusal)
            throw new CaptureRefusedException(RefusalCode.HwtstampUnsupported, $"No hardware time stamps on {nic.Name}: {refusal}.");
        var lease = HardwareStamping.Lease(nic);
        try
        {
            return new HardwareStamps(lease, HardwareClock.Open(nic.Timestamping.ClockIndex, TimeProvider.System));
        }
        catch (LinuxException exception)
        {
            lease.Dispose();
            throw exception.Errno is Errno.EPERM or Errno.EACCES
                ? new CaptureRefusedException(
                    RefusalCode.PermissionDenied,
                    $"MgCap {exception.Message}, by which the time stamps of {nic.Name} are brought to UTC. Run as root, or let its user read that device.",
                    exception)
                : new CaptureRefusedException(RefusalCode.HwtstampUnsupported, $"No hardware time stamps on {nic.Name}: MgCap {exception.Message}.", exception);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clock.Dispose();
        _lease.Dispose();
    }
}
