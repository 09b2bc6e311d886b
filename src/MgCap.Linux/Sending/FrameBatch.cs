using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using MgCap.Linux.Rings;
using static MgCap.Linux.Libc.LinuxIfPacket;

namespace MgCap.Linux.Sending;

/// <summary>
/// Sends frames of one length from a packet socket, many with one call (packet(7), sendmmsg(2)). Owns the socket and the
/// frames' memory. One thread at a time.
/// </summary>
public sealed unsafe class FrameBatch : IDisposable
{
    private readonly SafeFd _socket;
    private readonly byte* _frames;
    private readonly SysSocket.iovec* _vectors;
    private readonly SysSocket.mmsghdr* _messages;

    /// <summary>Opens the socket at an interface of the calling thread's network namespace.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="frameLength">Length of each frame in bytes.</param>
    /// <param name="capacity">How many frames there are.</param>
    /// <param name="bypassQueue">Hands frames straight to the driver (PACKET_QDISC_BYPASS): faster, and captures at the sending interface do not see them.</param>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW, ENODEV.</exception>
    public FrameBatch(int interfaceIndex, int frameLength, int capacity, bool bypassQueue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        FrameLength = frameLength;
        Capacity = capacity;
        // Protocol 0: the socket receives nothing.
        _socket = PacketSocket.Open();
        try
        {
            Bind(interfaceIndex, bypassQueue);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _frames = (byte*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)frameLength);
        _vectors = (SysSocket.iovec*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(SysSocket.iovec));
        _messages = (SysSocket.mmsghdr*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(SysSocket.mmsghdr));
        for (var i = 0; i < capacity; i++)
        {
            _vectors[i] = new SysSocket.iovec { iov_base = _frames + (nint)i * frameLength, iov_len = (nuint)frameLength };
            _messages[i].msg_hdr = new SysSocket.msghdr { msg_iov = _vectors + i, msg_iovlen = 1 };
        }
    }

    /// <summary>Length of each frame in bytes.</summary>
    public int FrameLength { get; }

    /// <summary>How many frames there are.</summary>
    public int Capacity { get; }

    /// <summary>A frame, to be written.</summary>
    public Span<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Capacity);
            return new Span<byte>(_frames + (nint)index * FrameLength, FrameLength);
        }
    }

    /// <summary>Sends frames, in their order, until one is refused.</summary>
    /// <param name="first">The first.</param>
    /// <param name="count">How many.</param>
    /// <returns>How many were sent; 0 when the device has no room for the first.</returns>
    /// <exception cref="LinuxException">ENETDOWN, ENXIO when the interface is gone, EMSGSIZE when frames are longer than it takes.</exception>
    public int Send(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Capacity);
        while (true)
        {
            var sent = SysSocket.sendmmsg(_socket, _messages + first, (uint)count, 0);
            if (sent >= 0)
                return sent;
            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR: continue;
                case Errno.ENOBUFS: return 0;
                default: LinuxException.Throw("send frames"); break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_socket.IsClosed)
            return;
        _socket.Dispose();
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_frames);
    }

    private void Bind(int interfaceIndex, bool bypassQueue)
    {
        if (bypassQueue)
        {
            var nic = 1;
            LinuxException.Check(SysSocket.setsockopt(_socket, SOL_PACKET, PACKET_QDISC_BYPASS, &nic, sizeof(int)), "bypass the queueing discipline");
        }

        var address = new sockaddr_ll { sll_family = SysSocket.AF_PACKET, sll_ifindex = interfaceIndex };
        LinuxException.Check(SysSocket.bind(_socket, &address, (uint)sizeof(sockaddr_ll)), "bind a packet socket to an interface");
    }
}
