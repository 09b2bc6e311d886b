using MgCap.Capture;

namespace MgCap.Web.History;

/// <summary>What one running capture was seen to do: its samples of the last minutes, and when it lost packets.</summary>
/// <param name="clock">Measures time from now on.</param>
/// <param name="startedAt">When the capture started, a little before now.</param>
public sealed class CaptureHistory(TimeProvider clock, Timestamp startedAt)
{
    private readonly long _begun = clock.GetTimestamp();
    private readonly TimeSpan _before = clock.GetUtcNow() - startedAt.ToDateTimeOffset();

    /// <summary>Its samples.</summary>
    public SampleHistory Samples { get; } = new();

    /// <summary>Its losses since it started.</summary>
    public LossLog Losses { get; } = new();

    /// <summary>Time since the capture started, which a clock that is set does not disturb.</summary>
    public double ElapsedSeconds => (_before + clock.GetElapsedTime(_begun)).TotalSeconds;

    /// <summary>The length that its file had at the last sample; the sampler's own.</summary>
    internal long SampledFileBytes { get; set; }
}
