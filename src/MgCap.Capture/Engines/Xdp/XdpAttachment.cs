using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Rings;

namespace MgCap.Capture.Engines.Xdp;

/// <summary>The programs' places in an interface's packet path. They end with this, or with the process, however that ends.</summary>
internal sealed class XdpAttachment : IDisposable
{
    private readonly List<IDisposable> _links = [];

    /// <summary>Attaches what there is to attach.</summary>
    /// <exception cref="LinuxException">EBUSY or EEXIST when the interface has an XDP program; others when the driver can't take a program.</exception>
    internal XdpAttachment(XdpProgram program, CaptureInterface nic, bool promiscuous)
    {
        Watch = new InterfaceWatch(nic.Index);
        try
        {
            if (promiscuous && !nic.IsLoopback)
                Watch.JoinPromiscuous(nic.Index);
            if (program.Hooks.Receive != ReceiveHook.None)
                _links.Add(program.AttachReceived(nic.Index));
            if (program.Hooks.Egress != EgressHook.None)
            {
                foreach (var link in program.AttachSent(nic.Index))
                    _links.Add(link);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal InterfaceWatch Watch { get; }

    internal bool IsInterfaceDown()
    {
        var error = Watch.TakeError();
        return error is Errno.None or Errno.ENETDOWN ? error == Errno.ENETDOWN : throw new LinuxException("receive packets", error);
    }

    public void Dispose()
    {
        foreach (var link in _links)
            link.Dispose();
        Watch.Dispose();
    }
}
