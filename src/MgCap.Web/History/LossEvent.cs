namespace MgCap.Web.History;

/// <summary>Where on its way a packet can be lost, in the order of the way.</summary>
public enum LossStage
{
    /// <summary>In the device, which had no room for it: the kernel never saw it.</summary>
    Nic,
    /// <summary>Before the ring between kernel and process, which was full.</summary>
    Ring,
    /// <summary>On the way to the file.</summary>
    Writer,
}

/// <summary>A stretch of time in which packets were lost at one stage: each sample in it counted more of them than the one before.</summary>
/// <param name="Stage">Where.</param>
/// <param name="FromSeconds">The last sample without the loss, in seconds since the capture started. With the stage it tells events apart.</param>
/// <param name="ToSeconds">The last sample that counted more, in seconds since the capture started.</param>
/// <param name="Packets">How many.</param>
public sealed record LossEvent(LossStage Stage, double FromSeconds, double ToSeconds, long Packets);
