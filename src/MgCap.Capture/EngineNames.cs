namespace MgCap.Capture;

/// <summary>Names of engines, as requests, captures and people use them; <see cref="Engines.CaptureEngines.Names"/> are all.</summary>
public static class EngineNames
{
    /// <summary>The fastest engine that can do what was asked.</summary>
    public const string Auto = "auto";

    /// <summary>An XDP program.</summary>
    public const string Xdp = "xdp";

    /// <summary>The kernel module mgcap.ko.</summary>
    public const string Kmod = "kmod";

    /// <summary>A packet socket with memory-mapped rings.</summary>
    public const string Packet = "packet";
}
