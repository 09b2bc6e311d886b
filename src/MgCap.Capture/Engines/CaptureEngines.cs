using MgCap.Capture.Engines.Kmod;
using MgCap.Capture.Engines.Packet;
using MgCap.Capture.Engines.Xdp;
using MgCap.Capture.Interfaces;

namespace MgCap.Capture.Engines;

/// <summary>The engines, fastest first, and the choice among them.</summary>
public sealed class CaptureEngines
{
    private readonly IReadOnlyList<ICaptureEngine> _engines;

    /// <summary>All of them.</summary>
    public CaptureEngines()
        : this(All())
    {
    }

    internal CaptureEngines(params ICaptureEngine[] engines) => _engines = engines;

    /// <summary>What a capture may ask for: auto, and each engine.</summary>
    public static IReadOnlyList<string> Names { get; } = [EngineNames.Auto, .. All().Select(engine => engine.Name)];

    /// <summary>Every engine, and whether it can be used.</summary>
    /// <param name="nic">The interface it is to be used on; null for this machine.</param>
    public IReadOnlyList<EngineInfo> Status(CaptureInterface? nic = null) =>
        [.. _engines.Select(engine => EngineInfo.Of(engine, nic is null ? engine.UnavailableReason : engine.Refusal(nic)))];

    /// <summary>Chooses an engine for all interfaces, and starts to receive with it.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="interfaces">The interfaces, at least one.</param>
    /// <param name="choice">Which engine was taken, and why.</param>
    /// <exception cref="CaptureRefusedException">No engine can do what is asked.</exception>
    public CaptureSources Open(CaptureSettings settings, IReadOnlyList<CaptureInterface> interfaces, out EngineChoice choice)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(interfaces);
        var automatic = settings.Engine == EngineNames.Auto;
        var candidates = _engines.Where(engine => automatic || engine.Name == settings.Engine);
        var refusals = new List<string>();
        CaptureRefusedException? busy = null;
        foreach (var engine in candidates)
        {
            if (Refusal(engine, settings, interfaces) is { } refusal)
            {
                refusals.Add($"{engine.Name}: {refusal}");
                continue;
            }

            try
            {
                var sources = Open(engine, settings, interfaces);
                choice = new EngineChoice(engine.Name, automatic ? string.Join("; ", refusals.Prepend("auto")) : "asked for");
                return sources;
            }
            catch (CaptureRefusedException exception) when (
                automatic && exception.Code is RefusalCode.InterfaceBusy or RefusalCode.EngineUnavailable)
            {
                refusals.Add($"{engine.Name}: {exception.Message.TrimEnd('.')}");
                busy ??= exception.Code == RefusalCode.InterfaceBusy ? exception : null;
            }
        }

        // Where an engine would do if nothing else were in its place, that is what to tell.
        throw busy ?? Refused(settings, string.Join(", ", interfaces.Select(nic => nic.Name)), string.Join("; ", refusals));
    }

    /// <summary>Why an engine can't do what is asked on one of the interfaces; null where it can on all.</summary>
    private static string? Refusal(ICaptureEngine engine, CaptureSettings settings, IReadOnlyList<CaptureInterface> interfaces)
    {
        foreach (var nic in interfaces)
        {
            if (engine.Refusal(settings, nic) is { } refusal)
                return interfaces.Count == 1 ? refusal : $"on {nic.Name} {refusal}";
        }

        return null;
    }

    private static CaptureSources Open(ICaptureEngine engine, CaptureSettings settings, IReadOnlyList<CaptureInterface> interfaces)
    {
        var sources = new List<CaptureSource>();
        try
        {
            foreach (var nic in interfaces)
                sources.Add(engine.Open(settings, nic));
            return new CaptureSources([.. sources]);
        }
        catch
        {
            foreach (var source in sources)
                source.Dispose();
            throw;
        }
    }

    private static ICaptureEngine[] All() => [new XdpEngine(), new KmodEngine(), new PacketEngine()];

    private static CaptureRefusedException Refused(CaptureSettings settings, string interfaces, string refusals) =>
        settings.Hwtstamp && settings.Mode == CaptureMode.Mirror
            ? new(RefusalCode.HwtstampUnsupported, $"No engine delivers hardware time stamps on {interfaces} ({refusals}). Start without hwtstamp.")
            : new(RefusalCode.EngineUnavailable, $"No engine can do this on {interfaces} ({refusals}).");
}

/// <summary>The engine of a capture.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Reason">Why that one, for people.</param>
public sealed record EngineChoice(string Name, string Reason);
