using MgCap.Capture.Interfaces;

namespace MgCap.Capture.Engines;

/// <summary>Whether an engine can be used.</summary>
/// <param name="Kind">The engine.</param>
/// <param name="Available">Whether it can.</param>
/// <param name="Reason">Why it can't; null where it can.</param>
public sealed record EngineStatus(CaptureEngineKind Kind, bool Available, string? Reason)
{
    internal static EngineStatus Of(ICaptureEngine engine, string? refusal) => new(engine.Kind, refusal is null, refusal);
}

/// <summary>A way to take packets from an interface.</summary>
public interface ICaptureEngine
{
    /// <summary>Which one it is.</summary>
    CaptureEngineKind Kind { get; }

    /// <summary>Why it can't be used on this machine; null where it can.</summary>
    string? UnavailableReason { get; }

    /// <summary>Why it can't be used on an interface, whatever is asked; null where it can.</summary>
    string? Refusal(CaptureInterface nic);

    /// <summary>Why it can't do what is asked; null where it can.</summary>
    string? Refusal(CaptureSettings settings, CaptureInterface nic);

    /// <summary>Starts to receive.</summary>
    /// <exception cref="CaptureRefusedException">It can't.</exception>
    CaptureSource Open(CaptureSettings settings, CaptureInterface nic);
}
