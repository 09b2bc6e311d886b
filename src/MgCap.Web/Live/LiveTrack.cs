namespace MgCap.Web.Live;

/// <summary>What one running capture was seen to do: its samples of the last minutes, and when it lost packets.</summary>
public sealed class LiveTrack(TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();

    /// <summary>Its samples.</summary>
    public SampleHistory Samples { get; } = new();

    /// <summary>Its losses since it started.</summary>
    public LossLog Losses { get; } = new();

    /// <summary>Time since the capture started, which a clock that is set does not disturb.</summary>
    public double ElapsedSeconds => clock.GetElapsedTime(_started).TotalSeconds;

    /// <summary>The length that its file had at the last sample; the sampler's own.</summary>
    internal long SampledFileBytes { get; set; }
}
