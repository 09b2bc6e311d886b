using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Testing;

/// <summary>
/// The system calls of the laboratory. They are declared here a second time, apart from MgCap.Linux, so that a wrong
/// declaration there cannot hide itself by being wrong on both sides of a test.
/// </summary>
internal static unsafe partial class Native
{
    internal const int CloneNewNet = 0x40000000;
    internal const int AddressFamilyPacket = 17;
    internal const int SocketRaw = 3;
    internal const int SocketCloseOnExec = 0x80000;
    internal const int LevelSocket = 1;
    internal const int OptionMark = 36;
    internal const int LevelPacket = 263;
    internal const int OptionQueueingDisciplineBypass = 20;
    internal const int ErrnoInterrupted = 4;
    internal const int ErrnoAgain = 11;
    internal const int ErrnoNoBuffers = 105;
    internal const int ConfigurationClockTicks = 2;
    internal const int SignalInterrupt = 2;

    internal struct SocketAddressLinkLayer
    {
        internal ushort Family;
        internal ushort Protocol;
        internal int InterfaceIndex;
        internal ushort HardwareType;
        internal byte PacketType;
        internal byte AddressLength;
        internal fixed byte Address[8];
    }

    internal struct IoVector
    {
        internal byte* Base;
        internal nuint Length;
    }

    /// <summary>struct timex as far as a step of the clock needs it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    internal struct ClockChange
    {
        [FieldOffset(0)]
        internal uint Modes;

        [FieldOffset(72)]
        internal long TimeSeconds;

        [FieldOffset(80)]
        internal long TimeFraction;
    }

    internal struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Happened;
    }

    /// <summary>struct mmsghdr: a struct msghdr and the number of bytes sent. The former ends at a multiple of 8, which C# does not know of.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MultiMessage
    {
        internal void* Name;
        internal uint NameLength;
        internal IoVector* Vectors;
        internal nuint VectorCount;
        internal void* Control;
        internal nuint ControlLength;
        internal long Flags;
        internal ulong Sent;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(SafeFileHandle fd, int type);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(SafeFileHandle socket, SocketAddressLinkLayer* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(SafeFileHandle socket, int level, int option, int* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(SafeFileHandle socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sendmmsg(SafeFileHandle socket, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint if_nametoindex(string name);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setaffinity(int thread, nuint length, ulong* mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint sysconf(int name);

    internal static SafeFileHandle OpenPacketSocket()
    {
        var fd = Check(socket(AddressFamilyPacket, SocketRaw | SocketCloseOnExec, 0), "open a packet socket");
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    internal static void SetOption(SafeFileHandle socket, int level, int option, int value) =>
        Check(setsockopt(socket, level, option, &value, sizeof(int)), $"set socket option {option}");

    /// <summary>Pins a thread to one core; 0 is the calling thread.</summary>
    internal static void Pin(int thread, int core)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(core, 63);
        var mask = 1UL << core;
        Check(sched_setaffinity(thread, sizeof(ulong), &mask), $"pin thread {thread} to core {core}");
    }

    internal static int Check(int result, string attempt)
    {
        if (result < 0)
            throw Failure(attempt);
        return result;
    }

    internal static Win32Exception Failure(string attempt)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new Win32Exception(errno, $"could not {attempt}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int adjtimex(ClockChange* change);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollEntry* entries, ulong count, int milliseconds);
}
