using System.Reflection;
using System.Runtime.InteropServices;

namespace MgCap.Capture;

/// <summary>What MgCap says of itself and of the machine it runs on.</summary>
public static class About
{
    /// <summary>MgCap's version.</summary>
    public static string Version { get; } = typeof(About).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary><c>MgCap VERSION</c>, as a file's shb_userappl says it.</summary>
    public static string Application { get; } = $"MgCap {Version}";

    /// <summary>The kernel's release.</summary>
    public static string Kernel { get; } = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    /// <summary>The operating system, as a file's shb_os and if_os say it.</summary>
    public static string OperatingSystem { get; } = $"Linux {Kernel}";

    /// <summary>The processor's architecture, as a file's shb_hardware says it.</summary>
    public static string Hardware { get; } = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
}
