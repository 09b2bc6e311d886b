namespace MgCap.Capture.Engines;

/// <summary>An engine, and whether it can be used, as the API and the command line say it.</summary>
/// <param name="Name">xdp, kmod or packet.</param>
/// <param name="Available">Whether it can be used.</param>
/// <param name="Reason">Why it can't; null where it can.</param>
/// <param name="CanDrop">Whether it can drop what it captures.</param>
/// <param name="Directions">The directions that it sees.</param>
/// <param name="LinkTypes">What packets may start with, as "tcpdump -L" names it; null for anything.</param>
/// <param name="HardwareStamps">Whether packets can have the network card's time stamps, where that makes any.</param>
public sealed record EngineInfo(
    string Name, bool Available, string? Reason, bool CanDrop, IReadOnlyList<CaptureDirection> Directions, IReadOnlyList<string>? LinkTypes, bool HardwareStamps)
{
    internal static EngineInfo Of(ICaptureEngine engine, string? refusal)
    {
        var (canDrop, directions, linkTypes, hardwareStamps) = engine.Capabilities;
        return new EngineInfo(engine.Name, refusal is null, refusal, canDrop, directions, linkTypes, hardwareStamps);
    }
}
