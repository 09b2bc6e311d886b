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
        : this(new XdpEngine(), new KmodEngine(), new PacketEngine())
    {
    }

    internal CaptureEngines(params ICaptureEngine[] engines) => _engines = engines;

    /// <summary>Every engine, and whether it can be used on this machine.</summary>
    public IReadOnlyList<EngineStatus> Status() => [.. _engines.Select(engine => EngineStatus.Of(engine, engine.UnavailableReason))];

    /// <summary>Every engine, and whether it can be used on an interface.</summary>
    public IReadOnlyList<EngineStatus> Status(CaptureInterface nic) => [.. _engines.Select(engine => EngineStatus.Of(engine, engine.Refusal(nic)))];

    /// <summary>Chooses an engine and starts to receive with it.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="nic">The interface.</param>
    /// <param name="choice">Which engine was taken, and why.</param>
    /// <exception cref="CaptureRefusedException">No engine can do what is asked.</exception>
    public CaptureSource Open(CaptureSettings settings, CaptureInterface nic, out EngineChoice choice)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(nic);
        var candidates = _engines.Where(engine => settings.Engine == CaptureEngineKind.Auto || engine.Kind == settings.Engine);
        var refusals = new List<string>();
        CaptureRefusedException? busy = null;
        foreach (var engine in candidates)
        {
            if (engine.Refusal(settings, nic) is { } refusal)
            {
                refusals.Add($"{EngineNames.Of(engine.Kind)}: {refusal}");
                continue;
            }

            try
            {
                var source = engine.Open(settings, nic);
                choice = new EngineChoice(engine.Kind, settings.Engine == CaptureEngineKind.Auto ? string.Join("; ", refusals.Prepend("auto")) : "asked for");
                return source;
            }
            catch (CaptureRefusedException exception) when (
                settings.Engine == CaptureEngineKind.Auto && exception.Code is RefusalCode.InterfaceBusy or RefusalCode.EngineUnavailable)
            {
                refusals.Add($"{EngineNames.Of(engine.Kind)}: {exception.Message.TrimEnd('.')}");
                busy ??= exception.Code == RefusalCode.InterfaceBusy ? exception : null;
            }
        }

        // Where an engine would do if nothing else were in its place, that is what to tell.
        throw busy ?? Refused(settings, nic, string.Join("; ", refusals));
    }

    private static CaptureRefusedException Refused(CaptureSettings settings, CaptureInterface nic, string refusals) =>
        settings.Hwtstamp && settings.Mode == CaptureMode.Mirror
            ? new(RefusalCode.HwtstampUnsupported, $"No engine delivers hardware time stamps on {nic.Name} ({refusals}). Start without hwtstamp.")
            : new(RefusalCode.EngineUnavailable, $"No engine can do this on {nic.Name} ({refusals}).");
}

/// <summary>The engine of a capture.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Reason">Why that one, for people.</param>
public sealed record EngineChoice(CaptureEngineKind Kind, string Reason);

/// <summary>The engines' names for people and scripts.</summary>
public static class EngineNames
{
    /// <summary>xdp, kmod, packet or auto.</summary>
    public static string Of(CaptureEngineKind kind) => kind.ToString().ToLowerInvariant();
}
