using MgCap.Capture.Hwtstamp;
using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Engines.Packet;

/// <summary>Packet sockets with memory-mapped rings: works on every interface of every kernel, mirror mode only.</summary>
public sealed class PacketEngine : ICaptureEngine
{
    /// <inheritdoc/>
    public string Name => EngineNames.Packet;

    /// <inheritdoc/>
    public EngineCapabilities Capabilities { get; } = new(CanDrop: false, EngineCapabilities.EveryDirection, LinkTypes: null, HardwareStamps: true);

    /// <inheritdoc/>
    public string? UnavailableReason => null;

    /// <inheritdoc/>
    public string? Refusal(CaptureInterface nic) => null;

    /// <inheritdoc/>
    public string? Refusal(CaptureSettings settings, CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Mode == CaptureMode.Drop)
            return "packet sockets see copies of packets and can't drop them";
        if (settings.Hwtstamp && nic.IsAny)
            return "interfaces have clocks of their own, and their stamps no common order";
        return settings.Hwtstamp ? HardwareStamping.Refusal(nic) : null;
    }

    /// <inheritdoc/>
    public CaptureSource Open(CaptureSettings settings, CaptureInterface nic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(nic);
        // First, so that no packet is let in that the device was not asked to stamp yet.
        var stamps = settings.Hwtstamp ? HardwareStamps.Open(nic) : null;
        try
        {
            return Open(settings, nic, stamps);
        }
        catch
        {
            stamps?.Dispose();
            throw;
        }
    }

    private static PacketSource Open(CaptureSettings settings, CaptureInterface nic, HardwareStamps? stamps)
    {
        try
        {
            var sockets = PacketSockets.Open(settings, nic);
            try
            {
                return new PacketSource(settings, nic, sockets, stamps);
            }
            catch
            {
                sockets.Dispose();
                throw;
            }
        }
        catch (LinuxException exception) when (exception.Errno is Errno.EPERM or Errno.EACCES)
        {
            throw CaptureRefusedException.MissingCapability(exception);
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENODEV)
        {
            throw new CaptureRefusedException(RefusalCode.InterfaceNotFound, $"The interface {nic.Name} is gone.", exception);
        }
        catch (LinuxException exception)
        {
            throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The packet engine {exception.Message}.", exception);
        }
    }
}
