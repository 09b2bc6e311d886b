using MgCap.Linux;
using MgCap.Linux.Ethtool;

namespace MgCap.Capture.Hwtstamp;

/// <summary>A device that stamps every received packet for as long as a capture needs it; <see cref="HardwareStamping"/> gives it.</summary>
internal sealed class StampingLease(StampedDevice device) : IDisposable
{
    private bool _disposed;

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        HardwareStamping.Return(device);
    }
}

/// <summary>A device that captures of this process have switched to stamping every received packet. Used under a lock.</summary>
/// <param name="place">Network namespace and interface number.</param>
/// <param name="device">Asks its driver, in that namespace.</param>
/// <param name="before">HWTSTAMP_FILTER_ that was in force.</param>
internal sealed class StampedDevice((string Namespace, int Index) place, EthtoolDevice device, int before)
{
    internal (string Namespace, int Index) Place { get; } = place;

    /// <summary>Captures that need it.</summary>
    internal int Leases { get; set; }

    /// <summary>HWTSTAMP_FILTER_ to go back to.</summary>
    internal int Before { get; set; } = before;

    /// <summary>Goes back to what was before, unless someone else has set something else meanwhile.</summary>
    internal void Restore()
    {
        using (device)
        {
            // By now it may have another name.
            if (!device.FindAgain(Place.Index) || device.HardwareTimestamping().ReceiveFilter != HardwareTimestamping.FilterAll || Before == HardwareTimestamping.FilterAll)
                return;
            try
            {
                device.SetReceiveFilter(Before);
            }
            catch (LinuxException)
            {
                // The capture has ended and nobody is left to tell. What is in force can be asked for, and set.
            }
        }
    }
}
