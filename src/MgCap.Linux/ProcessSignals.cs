using System.Globalization;
using System.Runtime.InteropServices;

namespace MgCap.Linux;

/// <summary>
/// What a program that writes files does on the signals whose default would end it in the middle of a write (signal(7)).
/// A hang-up that the caller has set to be ignored, as nohup(1) does, stays ignored.
/// </summary>
public sealed class ProcessSignals : IDisposable
{
    // Numbers of x86-64 and Arm64. .NET uses the first real-time signals itself.
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int User1 = 10;
    private const int User2 = 12;
    private const int Alarm = 14;
    private const int Terminate = 15;
    private const int StackFault = 16;
    private const int ProcessorTime = 24;
    private const int FileSize = 25;
    private const int VirtualAlarm = 26;
    private const int Profiling = 27;
    private const int Io = 29;
    private const int Power = 30;

    private static readonly int[] _ending = [Alarm, StackFault, ProcessorTime, VirtualAlarm, Profiling, Io, Power];

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _handling = new();
    private bool _disposed;

    /// <summary>Takes over the signals until this is disposed of.</summary>
    /// <param name="end">Ends the program in order. Called for each signal; on a thread of its own.</param>
    /// <param name="report">SIGUSR1: shows what was counted. SIGUSR2 does nothing: what it asks for, that what is buffered is written, MgCap does all the time.</param>
    /// <param name="withTermination">Whether SIGINT, SIGQUIT and SIGTERM are taken over too.</param>
    public ProcessSignals(Action<PosixSignalContext> end, Action report, bool withTermination = true)
    {
        ArgumentNullException.ThrowIfNull(end);
        ArgumentNullException.ThrowIfNull(report);
        // A shell without job control starts what it puts into the background with these ignored, and .NET keeps that. A program that sends
        // one to this process expects it to end, though, as tcpdump(8) does.
        if (withTermination)
            Unignore(Interrupt, Quit);
        if (!IsIgnored(Hangup))
            Take(Hangup, end);
        foreach (var signal in withTermination ? [Interrupt, Quit, Terminate, .. _ending] : _ending)
            Take(signal, end);
        Take(User1, _ => report());
        Take(User2, _ => { });
        // The write that met the limit (setrlimit(2), RLIMIT_FSIZE) then fails with EFBIG, which its caller handles.
        Take(FileSize, _ => { });
    }

    /// <summary>Gives them back; when this returns, no handler runs.</summary>
    public void Dispose()
    {
        lock (_handling)
            _disposed = true;
        _registrations.ForEach(registration => registration.Dispose());
    }

    /// <summary>Whether the process was started with a signal ignored (proc(5), SigIgn).</summary>
    internal static bool IsIgnored(int signal)
    {
        const string Field = "SigIgn:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is not null && (ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    private static void Unignore(params ReadOnlySpan<int> signals)
    {
        foreach (var signal in signals)
        {
            if (IsIgnored(signal))
                Libc.Signal.signal(signal, Libc.Signal.SIG_DFL);
        }
    }

    private void Take(int signal, Action<PosixSignalContext> handle) => _registrations.Add(PosixSignalRegistration.Create((PosixSignal)Raw(signal), context =>
    {
        context.Cancel = true;
        lock (_handling)
        {
            if (!_disposed)
                handle(context);
        }
    }));

    /// <summary>.NET has names for some, and takes them by these alone.</summary>
    private static int Raw(int signal) => signal switch
    {
        Hangup => (int)PosixSignal.SIGHUP,
        Interrupt => (int)PosixSignal.SIGINT,
        Quit => (int)PosixSignal.SIGQUIT,
        Terminate => (int)PosixSignal.SIGTERM,
        _ => signal,
    };
}
