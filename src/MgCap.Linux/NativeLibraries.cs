using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MgCap.Linux;

/// <summary>Finds the native libraries by the names that distributions give them.</summary>
internal static class NativeLibraries
{
    internal const string Pcap = "libpcap";
    internal const string Bpf = "libbpf";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The resolver is this assembly's own, and one assembly can have only one.")]
    internal static void SetResolver() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, static (name, assembly, path) => name switch
    {
        // Debian keeps the name of libpcap 0.8; others number it as upstream does.
        Pcap => Load(assembly, path, "libpcap.so.1", "libpcap.so.0.8"),
        Bpf => Load(assembly, path, "libbpf.so.1"),
        _ => 0,
    });

    private static nint Load(Assembly assembly, DllImportSearchPath? path, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, assembly, path, out var handle))
                return handle;
        }

        return 0;
    }
}
