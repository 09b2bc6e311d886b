using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Testing;

/// <summary>How a <see cref="FrameSender"/> is to send.</summary>
public sealed record FrameSenderOptions
{
    /// <summary>The transmit queue; needs <see cref="QueueSteering"/> at the interface. null: the kernel chooses.</summary>
    public int? Queue { get; init; }

    /// <summary>
    /// Hands frames straight to the driver (PACKET_QDISC_BYPASS): faster, but captures at the sending interface do not see them,
    /// and the queue is the sending core's number modulo the queues.
    /// </summary>
    public bool Bypass { get; init; }
}

/// <summary>How a flood went.</summary>
/// <param name="Sent">Frames that the kernel took.</param>
/// <param name="Refused">Times that the device had no room (ENOBUFS); the frame was tried again.</param>
/// <param name="Elapsed">From the first frame to the last.</param>
public sealed record FloodResult(long Sent, long Refused, TimeSpan Elapsed)
{
    /// <summary>Frames sent in a second.</summary>
    public double PacketsPerSecond => Sent / Elapsed.TotalSeconds;
}

/// <summary>Puts frames on a wire as they are, by a packet socket (packet(7)). One thread sends at a time.</summary>
public sealed unsafe class FrameSender : IDisposable
{
    private const int Batch = 64;

    private readonly SafeFileHandle _socket;

    /// <summary>Opens the socket in the namespace; it stays there, whichever thread sends.</summary>
    public FrameSender(NetworkNamespace network, string interfaceName, FrameSenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new FrameSenderOptions();
        if (options is { Bypass: true, Queue: not null })
            throw new ArgumentException("a frame that bypasses the queueing discipline bypasses the steering too", nameof(options));
        _socket = network.Run(Native.OpenPacketSocket);
        try
        {
            if (options.Bypass)
                Native.SetOption(_socket, Native.LevelPacket, Native.OptionQueueingDisciplineBypass, 1);
            if (options.Queue is int queue)
                Native.SetOption(_socket, Native.LevelSocket, Native.OptionMark, QueueSteering.MarkOf(queue));
            // Protocol 0: it sends only.
            var address = new Native.SocketAddressLinkLayer { Family = Native.AddressFamilyPacket, InterfaceIndex = network.IndexOf(interfaceName) };
            Native.Check(Native.bind(_socket, &address, (uint)sizeof(Native.SocketAddressLinkLayer)), $"bind to {interfaceName}");
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one frame.</summary>
    public void Send(ReadOnlyMemory<byte> frame)
    {
        if (!TrySend(frame))
            throw Native.Failure($"send a frame of {frame.Length} bytes");
    }

    /// <summary>Sends one frame, which may be dropped on its way to the device.</summary>
    /// <returns>false when the kernel says that it was dropped.</returns>
    public bool TrySend(ReadOnlyMemory<byte> frame)
    {
        using var pinned = frame.Pin();
        if (Native.send(_socket, (byte*)pinned.Pointer, (nuint)frame.Length, 0) == frame.Length)
            return true;
        return Marshal.GetLastPInvokeError() == Native.ErrnoNoBuffers ? false : throw Native.Failure($"send a frame of {frame.Length} bytes");
    }

    /// <summary>Sends frames one after the other.</summary>
    public void Send(params IEnumerable<ReadOnlyMemory<byte>> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        foreach (var frame in frames)
            Send(frame);
    }

    /// <summary>Sends the frames round and round, as fast as the kernel takes them.</summary>
    /// <param name="frames">The frames, in the order of sending.</param>
    /// <param name="count">How many to send in all.</param>
    /// <param name="core">The core to send from.</param>
    /// <param name="cancellation">Ends it before that.</param>
    public FloodResult Flood(IReadOnlyList<byte[]> frames, long count = long.MaxValue, int? core = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (core is null)
            return Flood(frames, count, cancellation);
        // On a thread of its own, as the core is the thread's.
        return Pinned.Run(core.Value, () => Flood(frames, count, cancellation));
    }

    /// <summary>Starts <see cref="Flood(IReadOnlyList{byte[]}, long, int?, CancellationToken)"/> on a thread of its own.</summary>
    public Task<FloodResult> StartFlood(IReadOnlyList<byte[]> frames, long count = long.MaxValue, int? core = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(() => Flood(frames, count, core, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private FloodResult Flood(IReadOnlyList<byte[]> frames, long count, CancellationToken cancellation)
    {
        // The messages stand in a row that is gone through in batches: whole rounds of the frames, at least a batch.
        var length = frames.Count * ((Batch + frames.Count - 1) / frames.Count);
        var pins = frames.Select(frame => GCHandle.Alloc(frame, GCHandleType.Pinned)).ToArray();
        var vectors = (Native.IoVector*)NativeMemory.AllocZeroed((nuint)length, (nuint)sizeof(Native.IoVector));
        var messages = (Native.MultiMessage*)NativeMemory.AllocZeroed((nuint)length, (nuint)sizeof(Native.MultiMessage));
        try
        {
            for (var i = 0; i < length; i++)
            {
                vectors[i] = new Native.IoVector { Base = (byte*)pins[i % pins.Length].AddrOfPinnedObject(), Length = (nuint)frames[i % pins.Length].Length };
                messages[i] = new Native.MultiMessage { Vectors = vectors + i, VectorCount = 1 };
            }

            return SendRound(messages, length, count, cancellation);
        }
        finally
        {
            NativeMemory.Free(messages);
            NativeMemory.Free(vectors);
            foreach (var pin in pins)
                pin.Free();
        }
    }

    private FloodResult SendRound(Native.MultiMessage* messages, int length, long count, CancellationToken cancellation)
    {
        long sent = 0, refused = 0;
        var next = 0;
        var clock = Stopwatch.StartNew();
        while (sent < count && !cancellation.IsCancellationRequested)
        {
            var batch = (uint)Math.Min(Math.Min(Batch, length - next), count - sent);
            var taken = Native.sendmmsg(_socket, messages + next, batch, 0);
            if (taken >= 0)
            {
                sent += taken;
                next = (next + taken) % length;
            }
            else if (Marshal.GetLastPInvokeError() is Native.ErrnoNoBuffers or Native.ErrnoAgain)
            {
                refused++;
            }
            else if (Marshal.GetLastPInvokeError() != Native.ErrnoInterrupted)
            {
                throw Native.Failure("send frames");
            }
        }

        return new FloodResult(sent, refused, clock.Elapsed);
    }
}
