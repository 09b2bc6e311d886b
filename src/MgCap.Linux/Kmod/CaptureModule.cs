using System.Runtime.InteropServices;
using System.Text;
using MgCap.Linux.Netlink;
using static MgCap.Linux.Libc.Mgcap;

namespace MgCap.Linux.Kmod;

/// <summary>
/// Controls mgcap.ko by generic netlink (kmod/uapi/mgcap.h). Works in the initial network namespace, and every command needs
/// CAP_NET_ADMIN. A capture that was started as this socket's own ends with it, or with the process, however that ends. Any thread.
/// </summary>
public sealed class CaptureModule : IDisposable
{
    private const string Family = "mgcap";

    private readonly Lock _asking = new();
    private readonly GenericNetlinkSocket _socket = new(Family, MGCAP_GENL_VERSION);

    /// <summary>The module's folder in sysfs, where it is loaded.</summary>
    public const string LoadedMark = "/sys/module/mgcap";

    /// <summary>Starts a capture.</summary>
    /// <exception cref="LinuxException">EBUSY when one runs on the interface, EPERM, ENOMEM, EINVAL; the kernel says why in words.</exception>
    public void Start(ModuleCaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var request = About(MGCAP_CMD_START, options.InterfaceIndex).With(MGCAP_ATTR_CAPTURE_MODE, Mode(options.Drop));
        if (options.Snaplen is { } snaplen)
            request.With(MGCAP_ATTR_SNAPLEN, (uint)snaplen);
        if (options.Slots is { } slots)
            request.With(MGCAP_ATTR_SLOTS, (uint)slots);
        if (options.Filter is { } filter)
            request.With(MGCAP_ATTR_FILTER, MemoryMarshal.AsBytes(filter.Span));
        if (options.EndsWithSocket)
            request.With(MGCAP_ATTR_SOCKET_OWNER, []);
        Do(request, "start the capture in mgcap.ko");
    }

    /// <summary>Ends the capture on an interface. When this returns, every packet that it saw is in its ring.</summary>
    /// <exception cref="LinuxException">ENOENT when none runs there, ENODEV when there is no such interface.</exception>
    public void Stop(int interfaceIndex) => Do(About(MGCAP_CMD_STOP, interfaceIndex), "stop the capture in mgcap.ko");

    /// <summary>Switches what becomes of captured packets, from the next one on.</summary>
    /// <exception cref="LinuxException">ENOENT when no capture runs there, ENODEV when there is no such interface.</exception>
    public void SetDrop(int interfaceIndex, bool drop) =>
        Do(About(MGCAP_CMD_SET_CAPTURE_MODE, interfaceIndex).With(MGCAP_ATTR_CAPTURE_MODE, Mode(drop)), "set the mode of the capture in mgcap.ko");

    /// <summary>The capture on an interface.</summary>
    /// <exception cref="LinuxException">ENOENT when none runs there, ENODEV when there is no such interface.</exception>
    public ModuleCapture Get(int interfaceIndex)
    {
        ModuleCapture? found = null;
        lock (_asking)
            _socket.Get(About(MGCAP_CMD_GET, interfaceIndex), "read the capture in mgcap.ko", attributes => found = Parse(attributes));
        return found!;
    }

    /// <summary>All captures, in the order of their starts.</summary>
    public IReadOnlyList<ModuleCapture> List()
    {
        var captures = new List<ModuleCapture>();
        lock (_asking)
            _socket.Dump(_socket.Request(MGCAP_CMD_GET), "list the captures in mgcap.ko", attributes => captures.Add(Parse(attributes)));
        return captures;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Reads the attributes of one capture, in an answer or an event; those that it doesn't know are passed over.</summary>
    internal static ModuleCapture Parse(ReadOnlySpan<byte> attributes)
    {
        var capture = new ModuleCapture();
        var rest = new NetlinkAttributes(attributes);
        while (rest.MoveNext())
        {
            var value = rest.Value;
            capture = rest.Type switch
            {
                MGCAP_ATTR_DEVICE => capture with { InterfaceIndex = MemoryMarshal.Read<int>(value) },
                MGCAP_ATTR_NAME => capture with { Interface = Encoding.UTF8.GetString(value.TrimEnd((byte)0)) },
                MGCAP_ATTR_CAPTURE_MODE => capture with { Drops = MemoryMarshal.Read<uint>(value) == MGCAP_CAPTURE_MODE_DROP },
                MGCAP_ATTR_SNAPLEN => capture with { Snaplen = MemoryMarshal.Read<int>(value) },
                MGCAP_ATTR_SLOTS => capture with { Slots = MemoryMarshal.Read<int>(value) },
                MGCAP_ATTR_SLOT_SIZE => capture with { SlotSize = MemoryMarshal.Read<int>(value) },
                MGCAP_ATTR_RINGS => capture with { Rings = MemoryMarshal.Read<int>(value) },
                MGCAP_ATTR_FILTER_LENGTH => capture with { FilterLength = MemoryMarshal.Read<int>(value) },
                MGCAP_ATTR_FILL => capture with { Fill = MemoryMarshal.Read<uint>(value) },
                MGCAP_ATTR_RECEIVED => capture with { Received = MemoryMarshal.Read<long>(value) },
                MGCAP_ATTR_FILTERED => capture with { Filtered = MemoryMarshal.Read<long>(value) },
                MGCAP_ATTR_CAPTURED => capture with { Captured = MemoryMarshal.Read<long>(value) },
                MGCAP_ATTR_DROPPED => capture with { Dropped = MemoryMarshal.Read<long>(value) },
                MGCAP_ATTR_DROPPED_FULL => capture with { DroppedFull = MemoryMarshal.Read<long>(value) },
                MGCAP_ATTR_DROPPED_UNREADABLE => capture with { DroppedUnreadable = MemoryMarshal.Read<long>(value) },
                MGCAP_ATTR_CAPTURED_BYTES => capture with { CapturedBytes = MemoryMarshal.Read<long>(value) },
                MGCAP_ATTR_WIRE_BYTES => capture with { WireBytes = MemoryMarshal.Read<long>(value) },
                _ => capture,
            };
        }

        return capture;
    }

    private static uint Mode(bool drop) => drop ? MGCAP_CAPTURE_MODE_DROP : MGCAP_CAPTURE_MODE_MIRROR;

    private NetlinkRequest About(byte command, int interfaceIndex) => _socket.Request(command).With(MGCAP_ATTR_DEVICE, (uint)interfaceIndex);

    private void Do(NetlinkRequest request, string attempt)
    {
        lock (_asking)
            _socket.Do(request, attempt);
    }
}
