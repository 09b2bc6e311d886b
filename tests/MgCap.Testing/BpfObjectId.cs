using System.Globalization;
using System.Runtime.InteropServices;

namespace MgCap.Testing;

/// <summary>The number of a map, a program or a link in the kernel (bpf(2)).</summary>
/// <param name="Kind">map, prog or link.</param>
/// <param name="Id">The number.</param>
public sealed partial record BpfObjectId(string Kind, uint Id)
{
    private static readonly string[] _kinds = ["map", "prog", "link"];

    /// <summary>Those of which this process has descriptors.</summary>
    public static IReadOnlyList<BpfObjectId> OfThisProcess() =>
        [.. Directory.GetFiles("/proc/self/fdinfo").SelectMany(ReadLines).Select(Parse).OfType<BpfObjectId>().Distinct()];

    /// <summary>Whether the kernel still has it.</summary>
    public bool Exists()
    {
        var descriptor = Kind switch
        {
            "map" => bpf_map_get_fd_by_id(Id),
            "prog" => bpf_prog_get_fd_by_id(Id),
            _ => bpf_link_get_fd_by_id(Id),
        };
        if (descriptor < 0)
            return Marshal.GetLastPInvokeError() == ErrnoNoEntry ? false : throw Native.Failure($"open BPF {Kind} {Id}");
        new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        return true;
    }

    private const int ErrnoNoEntry = 2;

    // proc(5): "map_id:\t17"
    private static BpfObjectId? Parse(string line) => Array.Find(_kinds, kind => line.StartsWith(kind + "_id:", StringComparison.Ordinal)) is { } kind
        ? new BpfObjectId(kind, uint.Parse(line.AsSpan(kind.Length + 4).Trim(), CultureInfo.InvariantCulture))
        : null;

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return []; // Closed since it was listed.
        }
    }

    [LibraryImport("libbpf.so.1", SetLastError = true)]
    private static partial int bpf_map_get_fd_by_id(uint id);

    [LibraryImport("libbpf.so.1", SetLastError = true)]
    private static partial int bpf_prog_get_fd_by_id(uint id);

    [LibraryImport("libbpf.so.1", SetLastError = true)]
    private static partial int bpf_link_get_fd_by_id(uint id);
}
