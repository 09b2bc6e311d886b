using MgCap.Capture.Interfaces;
using MgCap.Linux;

namespace MgCap.Capture.Traffic;

/// <summary>What is wrong with settings before anything is asked of the system.</summary>
public static class TrafficSettingsCheck
{
    /// <summary>The fields that are wrong, by their JSON name, each with what is allowed; empty when all is well.</summary>
    public static IReadOnlyList<(string Field, string Message)> Check(TrafficSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var problems = new List<(string, string)>();
        var nameProblem = CaptureInterfaces.NameProblem(settings.Interface);
        Require(nameProblem is null, "interface", nameProblem ?? "");
        Require(settings.Packets >= 0, "packets", "must be 0 (until interrupted) or more");
        Require(settings.Rate >= 0, "rate", "must be 0 (as fast as possible) or more packets per second");
        var shortest = Math.Max(TrafficSettings.MinFrameLength, TrafficFrame.HeaderLength(settings.IPv6) + TrafficPayload.Length);
        Require(
            settings.FrameLength >= shortest && settings.FrameLength <= TrafficSettings.MaxFrameLength,
            "frameLength", $"must be from {shortest} to {TrafficSettings.MaxFrameLength} bytes{(settings.IPv6 ? " for IPv6" : "")}");
        Require(settings.Flows is >= 1 and <= TrafficSettings.MaxFlows, "flows", $"must be from 1 to {TrafficSettings.MaxFlows}");
        Require(settings.Threads is >= 1 and <= TrafficSettings.MaxThreads, "threads", $"must be from 1 to {TrafficSettings.MaxThreads}");
        Require(settings.Cores.All(core => core is >= 0 and < CurrentThread.CoreLimit), "cores", $"must be from 0 to {CurrentThread.CoreLimit - 1}");
        Require(settings.Destination.GetAddressBytes().Length == TrafficFrame.AddressLength, "destination", "must be a link-layer address such as 02:00:00:00:00:02");
        Require(settings is not { Method: TrafficMethod.Xdp, Rate: > 0 }, "method", "xdp knows no rate: it is as fast as it can; leave -r or take the method packet");
        return problems;

        void Require(bool holds, string field, string message)
        {
            if (!holds)
                problems.Add((field, message));
        }
    }
}
