using System.Globalization;
using MgCap.Capture.Interfaces;
using MgCap.Capture.Traffic;
using MgCap.Linux;

namespace MgCap.Cli;

/// <summary>One run of <c>mgcap gen</c>.</summary>
internal static class GenRun
{
    internal static int Run(TrafficSettings settings, bool json)
    {
        settings = settings with { Interface = CaptureInterfaces.NameOf(settings.Interface) };
        using var stop = new CancellationTokenSource();
        using var signals = new ProcessSignals(_ => stop.Cancel(), () => { });
        using var sender = TrafficSender.Open(settings);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Sending on {settings.Interface} (method {Name(sender.Method)}, {settings.FrameLength} bytes, flows {settings.Flows}, threads {settings.Threads})"));
        var result = sender.Run(stop.Token);
        var summary = GenSummary.Of(settings, result);
        Console.Out.WriteLine(json ? CliJson.Text(summary) : Text(summary));
        if (result.Error is null)
            return ExitCode.Done;
        Console.Error.WriteLine($"mgcap: {result.Error}");
        return ExitCode.Failed;
    }

    private static string Text(GenSummary summary) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Packets sent/refused on interface '{summary.Interface}': {summary.Sent}/{summary.Refused}
        In {summary.Seconds:F3} s: {summary.PacketsPerSecond:F0} packets/s, {summary.BitsPerSecond / 1e6:F1} Mbit/s (method {Name(summary.Method)}: {summary.MethodReason})
        """);

    private static string Name(TrafficMethod method) => method == TrafficMethod.Xdp ? "xdp" : "packet";
}

/// <summary>What <c>mgcap gen</c> says at the end.</summary>
internal sealed record GenSummary(
    string Interface,
    TrafficMethod Method,
    string MethodReason,
    int FrameLength,
    int Flows,
    int Threads,
    long Sent,
    long Refused,
    double Seconds,
    double PacketsPerSecond,
    double BitsPerSecond,
    string? Error)
{
    internal static GenSummary Of(TrafficSettings settings, TrafficResult result) => new(
        settings.Interface,
        result.Method,
        result.MethodReason,
        settings.FrameLength,
        settings.Flows,
        settings.Threads,
        result.Sent,
        result.Refused,
        result.Elapsed.TotalSeconds,
        result.PacketsPerSecond,
        result.PacketsPerSecond * settings.FrameLength * 8,
        result.Error);
}
