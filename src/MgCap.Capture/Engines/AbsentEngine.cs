using MgCap.Capture.Interfaces;

namespace MgCap.Capture.Engines;

/// <summary>An engine that this version does not have; it says so.</summary>
internal sealed class AbsentEngine(CaptureEngineKind kind) : ICaptureEngine
{
    public CaptureEngineKind Kind => kind;

    public string? UnavailableReason => "not part of this version";

    public string? Refusal(CaptureInterface on) => UnavailableReason;

    public string? Refusal(CaptureSettings settings, CaptureInterface on) => UnavailableReason;

    public CaptureSource Open(CaptureSettings settings, CaptureInterface on) =>
        throw new CaptureRefusedException(RefusalCode.EngineUnavailable, $"The engine {EngineNames.Of(kind)} is {UnavailableReason}.");
}
