using MgCap.Testing;

namespace MgCap.Capture.Tests.Support;

/// <summary>Frames on their way, and as a capture is to have them.</summary>
internal static class Wire
{
    /// <summary>Sends frames from an interface, one after the other.</summary>
    internal static void Send(NetworkNamespace from, string interfaceName, params byte[][] frames)
    {
        using var sender = new FrameSender(from, interfaceName);
        foreach (var frame in frames)
            sender.Send(frame);
    }

    /// <summary>Sends frames of which some may be dropped on their way to the device.</summary>
    internal static void TrySend(NetworkNamespace from, string interfaceName, params byte[][] frames)
    {
        using var sender = new FrameSender(from, interfaceName);
        foreach (var frame in frames)
            sender.TrySend(frame);
    }

    /// <summary>What a snap length leaves of frames; as <see cref="CapturedFile.Frames"/>.</summary>
    internal static string[] Cut(byte[][] frames, int snaplen) =>
        [.. frames.Select(frame => Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, snaplen))))];
}
