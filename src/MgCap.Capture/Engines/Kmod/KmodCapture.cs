using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Kmod;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>
/// A capture of our own in the module. It ends with this, or with the process, however that ends: a packet that would be
/// dropped after that goes its way.
/// </summary>
internal sealed class KmodCapture : IDisposable
{
    private readonly int _interface;
    private readonly CaptureModule? _module;
    private readonly SlotDevice? _device;

    /// <exception cref="LinuxException">As <see cref="CaptureModule.Start"/>, and EPERM without CAP_NET_RAW.</exception>
    /// <exception cref="CaptureRefusedException">engine_unavailable: the module is not loaded, or its devices are out of reach.</exception>
    internal KmodCapture(ModuleCaptureOptions options, CaptureInterface nic, bool promiscuous)
    {
        _interface = nic.Index;
        Watch = new InterfaceWatch(nic.Index);
        try
        {
            if (promiscuous && !nic.IsLoopback)
                Watch.JoinPromiscuous(nic.Index);
            _module = KmodControl.Open();
            _module.Start(options);
            _device = OpenDevice(nic.Name);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal InterfaceWatch Watch { get; }

    internal SlotDevice Device => _device!;

    internal bool IsInterfaceDown()
    {
        var error = Watch.TakeError();
        return error is Errno.None or Errno.ENETDOWN ? error == Errno.ENETDOWN : throw new LinuxException("receive packets", error);
    }

    /// <summary>Switches what becomes of captured packets; nothing changes once the capture has ended. Any thread.</summary>
    internal void SetDrop(bool drop) => WhileItRuns(module => module.SetDrop(_interface, drop));

    /// <summary>Ends the capture; what is in the rings stays. Any thread.</summary>
    internal void Stop() => WhileItRuns(module => module.Stop(_interface));

    public void Dispose()
    {
        _module?.Dispose();
        _device?.Dispose();
        Watch.Dispose();
    }

    private static SlotDevice OpenDevice(string interfaceName)
    {
        try
        {
            return new SlotDevice(interfaceName);
        }
        catch (LinuxException exception) when (exception.Errno == Errno.ENOENT)
        {
            throw new CaptureRefusedException(
                RefusalCode.EngineUnavailable, $"There is no /dev/mgcap/{interfaceName}, which the kernel module mgcap has made: this process needs the host's /dev.", exception);
        }
    }

    private void WhileItRuns(Action<CaptureModule> change)
    {
        try
        {
            change(_module!);
        }
        catch (LinuxException exception) when (exception.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            // Somebody else stopped it, or the interface is gone.
        }
    }
}
