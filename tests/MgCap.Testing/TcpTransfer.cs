using System.Net;
using System.Net.Sockets;

namespace MgCap.Testing;

/// <summary>Bytes from one network to another by TCP, through the kernel's own segmentation.</summary>
public static class TcpTransfer
{
    /// <summary>Sends bytes, and returns when the other end has them all.</summary>
    /// <param name="from">The sender's network.</param>
    /// <param name="to">The receiver's network.</param>
    /// <param name="address">The receiver's address.</param>
    /// <param name="length">How many bytes.</param>
    public static void Run(NetworkNamespace from, NetworkNamespace to, IPAddress address, int length)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(address);
        using var listener = to.Run(() =>
        {
            var made = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            made.Bind(new IPEndPoint(address, 0));
            made.Listen();
            return made;
        });
        using var sender = from.Run(() =>
        {
            var made = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            made.Connect(listener.LocalEndPoint!);
            return made;
        });
        using var receiver = listener.Accept();
        var sending = new Thread(() =>
        {
            var left = length;
            var chunk = new byte[1 << 20];
            while (left > 0)
                left -= sender.Send(chunk, 0, Math.Min(left, chunk.Length), SocketFlags.None);
            sender.Shutdown(SocketShutdown.Send);
        });
        sending.Start();
        var buffer = new byte[1 << 20];
        long total = 0;
        for (int read; (read = receiver.Receive(buffer)) > 0;)
            total += read;
        sending.Join();
        if (total != length)
            throw new InvalidOperationException($"of {length} bytes {total} arrived");
    }
}
