using MgCap.Capture.Filtering;
using MgCap.Capture.Interfaces;
using MgCap.Linux;
using MgCap.Linux.Kmod;

namespace MgCap.Capture.Engines.Kmod;

/// <summary>The kernel module mgcap.ko, with its refusals told as what to do. For the engine and for the command line.</summary>
public static class KmodControl
{
    private const string NotLoaded = "the kernel module mgcap is not loaded: modprobe mgcap, or insmod mgcap.ko (docs/kmod.md)";
    private const string ElsewhereLoaded = "the kernel module mgcap works in the host's network namespace only";
    private const string NeedsCapability = "the kernel module mgcap needs the capability CAP_NET_ADMIN";

    /// <summary>Opens a way to the module.</summary>
    /// <exception cref="CaptureRefusedException">engine_unavailable: it is not loaded, or not for this network namespace.</exception>
    public static CaptureModule Open()
    {
        try
        {
            return new CaptureModule();
        }
        catch (LinuxException exception)
        {
            throw new CaptureRefusedException(RefusalCode.EngineUnavailable, Sentence(ReasonOf(exception)), exception);
        }
    }

    /// <summary>Compiles a filter's text for the module, which runs it as a packet socket would.</summary>
    /// <returns>null for a text that is null or empty: every packet.</returns>
    /// <exception cref="CaptureRefusedException">filter_invalid, with libpcap's message.</exception>
    public static ReadOnlyMemory<ClassicInstruction>? CompileFilter(string? filter, CaptureInterface nic, int snaplen) =>
        string.IsNullOrEmpty(filter) ? null : (ReadOnlyMemory<ClassicInstruction>)CaptureFilter.CompileForSocket(filter, nic, snaplen);

    /// <summary>What to tell of a refusal.</summary>
    /// <param name="interfaceName">The interface that was asked for.</param>
    /// <param name="refusal">The kernel's refusal.</param>
    public static CaptureRefusedException Refused(string interfaceName, LinuxException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.Errno switch
        {
            Errno.EPERM => new(RefusalCode.PermissionDenied, $"{Sentence(NeedsCapability)} Run as root.", refusal),
            Errno.EACCES => new(
                RefusalCode.PermissionDenied, $"There is no right to read /dev/mgcap/{interfaceName}. Run as root, or as a member of the group mgcap (docs/kmod.md).", refusal),
            Errno.EBUSY => new(
                RefusalCode.InterfaceBusy, $"The kernel module mgcap captures on {interfaceName} already. To end that: mgcap stop dev {interfaceName}", refusal),
            Errno.ENOENT => new(
                RefusalCode.EngineUnavailable, $"The kernel module mgcap does not capture on {interfaceName}. To start it: mgcap start dev {interfaceName}", refusal),
            Errno.ENODEV => new(RefusalCode.InterfaceNotFound, $"The interface {interfaceName} is gone.", refusal),
            _ => new(RefusalCode.EngineUnavailable, $"The kernel module {refusal.Details ?? refusal.Message}.", refusal),
        };
    }

    /// <summary>Why the module can't be used by this process; null where it can.</summary>
    internal static string? UnavailableReason()
    {
        try
        {
            using var module = new CaptureModule();
            module.List();
            return null;
        }
        catch (LinuxException exception)
        {
            return ReasonOf(exception);
        }
    }

    private static string ReasonOf(LinuxException exception) => exception.Errno switch
    {
        Errno.ENOENT => Directory.Exists(CaptureModule.LoadedMark) ? ElsewhereLoaded : NotLoaded,
        Errno.EPERM => NeedsCapability,
        _ => exception.Message,
    };

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
