namespace MgCap.Capture;

/// <summary>What a flight recorder keeps, the newest first.</summary>
/// <param name="Seconds">How long; 0 for as long as there is room.</param>
/// <param name="Bytes">Bytes of memory, used to the next multiple of 32 MiB; taken as packets come.</param>
public sealed record RecorderSettings(double Seconds = 0, long Bytes = RecorderSettings.DefaultBytes)
{
    /// <summary>What is kept where nothing is said.</summary>
    public const long DefaultBytes = 256L * 1024 * 1024;

    /// <summary>The least: some blocks of packets.</summary>
    public const long MinBytes = 4 * 1024 * 1024;
}
