using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxIfPacket;

namespace MgCap.Linux.Rings;

/// <summary>
/// A packet socket that receives nothing. It is told when its interface goes down or away (packet(7), ENETDOWN), and can
/// hold it in promiscuous mode.
/// </summary>
public sealed unsafe class InterfaceWatch : IWaitHandle, IDisposable
{
    /// <summary>Begins to watch.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW, ENODEV when there is no such interface.</exception>
    public InterfaceWatch(int interfaceIndex)
    {
        Socket = PacketSocket.Open();
        try
        {
            PacketSocket.AttachFilter(Socket, [new ClassicInstruction(LinuxFilter.BPF_RET | LinuxFilter.BPF_K, 0, 0, 0)]);
            // Only a socket that is hooked in for some protocol is told; this one is for experiments (IEEE 802).
            PacketSocket.Bind(Socket, interfaceIndex, ETH_P_802_EX1);
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
    }

    private SafeFd Socket { get; }

    int IWaitHandle.Descriptor => (int)Socket.DangerousGetHandle();

    /// <summary>Puts the interface into promiscuous mode for as long as this lives.</summary>
    public void JoinPromiscuous(int interfaceIndex) => PacketSocket.JoinPromiscuous(Socket, interfaceIndex);

    /// <summary>Reads and clears the pending error (socket(7), SO_ERROR): ENETDOWN when the interface went down or away.</summary>
    public Errno TakeError() => PacketSocket.TakeError(Socket);

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();
}
