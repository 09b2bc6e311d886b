using static MgCap.Linux.Libc.LinuxIfPacket;

namespace MgCap.Linux.Rings;

/// <summary>
/// A packet socket for the sake of its filter: a program that sees every packet that the interface receives or sends (packet(7)).
/// What it does not keep the socket has no room for.
/// </summary>
public sealed class PacketTap : IDisposable
{
    private readonly SafeFd _socket;

    /// <summary>Begins to show packets to the program.</summary>
    /// <param name="program">Its descriptor, of the type <see cref="BpfProgramType.SocketFilter"/>.</param>
    /// <param name="interfaceIndex">The interface.</param>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW, ENODEV when there is no such interface.</exception>
    public PacketTap(int program, int interfaceIndex)
    {
        _socket = PacketSocket.Open();
        try
        {
            PacketSocket.AttachFilter(_socket, program);
            PacketSocket.Bind(_socket, interfaceIndex, ETH_P_ALL);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
