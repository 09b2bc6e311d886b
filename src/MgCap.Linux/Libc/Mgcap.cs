using System.Runtime.InteropServices;

namespace MgCap.Linux.Libc;

/// <summary>kmod/uapi/mgcap.h, the interface of the kernel module</summary>
internal static unsafe class Mgcap
{
    internal const byte MGCAP_GENL_VERSION = 1;

    internal const byte MGCAP_CMD_START = 0;
    internal const byte MGCAP_CMD_STOP = 1;
    internal const byte MGCAP_CMD_SET_CAPTURE_MODE = 2;
    internal const byte MGCAP_CMD_GET = 3;

    internal const ushort MGCAP_ATTR_DEVICE = 1;
    internal const ushort MGCAP_ATTR_CAPTURE_MODE = 2;
    internal const ushort MGCAP_ATTR_NAME = 3;
    internal const ushort MGCAP_ATTR_SNAPLEN = 4;
    internal const ushort MGCAP_ATTR_SLOTS = 5;
    internal const ushort MGCAP_ATTR_SLOT_SIZE = 6;
    internal const ushort MGCAP_ATTR_RINGS = 7;
    internal const ushort MGCAP_ATTR_FILTER = 8;
    internal const ushort MGCAP_ATTR_FILTER_LENGTH = 9;
    internal const ushort MGCAP_ATTR_FILL = 12;
    internal const ushort MGCAP_ATTR_RECEIVED = 13;
    internal const ushort MGCAP_ATTR_FILTERED = 14;
    internal const ushort MGCAP_ATTR_CAPTURED = 15;
    internal const ushort MGCAP_ATTR_DROPPED = 16;
    internal const ushort MGCAP_ATTR_CAPTURED_BYTES = 17;
    internal const ushort MGCAP_ATTR_WIRE_BYTES = 18;
    internal const ushort MGCAP_ATTR_DROPPED_FULL = 21;
    internal const ushort MGCAP_ATTR_DROPPED_UNREADABLE = 22;
    internal const ushort MGCAP_ATTR_SOCKET_OWNER = 23;

    internal const uint MGCAP_CAPTURE_MODE_DROP = 1;
    internal const uint MGCAP_CAPTURE_MODE_MIRROR = 2;

    internal const int MGCAP_SNAPLEN_DEFAULT = 96;
    internal const int MGCAP_SNAPLEN_MIN = 14;
    internal const int MGCAP_SNAPLEN_MAX = 262144;
    internal const int MGCAP_SLOTS_DEFAULT = 32768;
    internal const int MGCAP_SLOTS_MIN = 64;
    internal const int MGCAP_SLOTS_MAX = 4194304;

    internal const uint MGCAP_CONTROL_VERSION = 1;
    internal const uint MGCAP_QUEUE_UNKNOWN = 0xffffffff;
    internal const ushort MGCAP_RECORD_QUEUE = 1 << 1;

    internal const nuint MGCAP_IOC_ADVANCE = 0x400c6dc0;
    internal const nuint MGCAP_IOC_GET_QUEUE = 0xc0406dc1;

    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    internal struct mgcap_record
    {
        internal ushort length;
        internal ulong hwtstamp;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    internal struct mgcap_record_tail
    {
        internal ushort flags;
        internal ushort vlan_tci;
        internal ushort queue;
        internal uint caplen;
        internal uint length;
        internal ulong tstamp;
    }

    internal struct mgcap_control
    {
        internal uint version;
        internal uint rings;
        internal uint slots;
        internal uint slot_size;
        internal uint snaplen;
        internal uint rings_offset;
        internal ulong slots_offset;
        internal ulong size;
        internal uint queues;
        internal uint unused;
    }

    internal struct mgcap_ring_control
    {
        internal uint head;
        internal fixed uint unused0[15];
        internal uint tail;
        internal fixed uint unused1[15];
    }

    internal struct mgcap_advance
    {
        internal uint ring;
        internal uint from;
        internal uint count;
    }

    internal struct mgcap_queue
    {
        internal uint queue;
        internal uint unused;
        internal ulong received;
        internal ulong filtered;
        internal ulong captured;
        internal ulong dropped_full;
        internal ulong dropped_unreadable;
        internal ulong captured_bytes;
        internal ulong wire_bytes;
    }
}
