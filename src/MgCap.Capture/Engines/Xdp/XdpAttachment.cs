using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>The programs' places in an interface's packet path. They end with this, or with the process, however that ends.</summary>
internal sealed class XdpAttachment : IDisposable
{
    private readonly List<IDisposable> _hooks = [];

    /// <summary>Attaches what the direction asks for, in the driver where it can.</summary>
    /// <exception cref="LinuxException">EBUSY or EEXIST when the interface has an XDP program; others when the driver can't take a program that is bound to it.</exception>
    internal XdpAttachment(XdpProgram program, CaptureInterface on, CaptureDirection direction, bool promiscuous)
    {
        Watch = new InterfaceWatch(on.Index);
        try
        {
            if (promiscuous && !on.IsLoopback)
                Watch.JoinPromiscuous(on.Index);
            SeesReceived = direction != CaptureDirection.Out;
            var seesSent = SeesSent(direction, on);
            CanDrop = !seesSent || program.SentHook == SentHook.Tcx;
            Detail = (SeesReceived, CanDrop) switch
            {
                (true, true) => AttachReceived(program, on),
                (true, false) => $"{AttachReceived(program, on)}, sent packets at a packet socket",
                (false, true) => "tcx",
                (false, false) => "packet socket",
            };
            if (seesSent)
                _hooks.Add(program.AttachSent(on.Index));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether a program is attached to what is sent. Loopback shows every packet twice; the one that is received is enough.</summary>
    internal static bool SeesSent(CaptureDirection direction, CaptureInterface on) =>
        direction == CaptureDirection.Out || (direction == CaptureDirection.Both && !on.IsLoopback);

    /// <summary>Whether a program is attached to what is received.</summary>
    internal bool SeesReceived { get; }

    /// <summary>Whether what is captured can be kept from going further.</summary>
    internal bool CanDrop { get; }

    /// <summary>native or generic, and tcx where only sent packets are captured; or that these are seen at a packet socket.</summary>
    internal string Detail { get; }

    internal InterfaceWatch Watch { get; }

    internal bool IsInterfaceDown()
    {
        var error = Watch.TakeError();
        return error is Errno.None or Errno.ENETDOWN ? error == Errno.ENETDOWN : throw new LinuxException("receive packets", error);
    }

    public void Dispose()
    {
        foreach (var hook in _hooks)
            hook.Dispose();
        Watch.Dispose();
    }

    private string AttachReceived(XdpProgram program, CaptureInterface on)
    {
        try
        {
            _hooks.Add(program.AttachReceived(on.Index, native: true));
            return "native";
        }
        catch (LinuxException exception) when (!program.IsBound && exception.Errno is not (Errno.EBUSY or Errno.EEXIST or Errno.EPERM or Errno.ENODEV))
        {
            // The driver has no XDP, or not for this MTU or these settings.
            _hooks.Add(program.AttachReceived(on.Index, native: false));
            return "generic";
        }
    }
}
