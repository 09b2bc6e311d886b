using System.Runtime.InteropServices;

namespace MgCap.Linux.Libbpf;

/// <summary>bpf/bpf.h of libbpf 1, and linux/bpf.h</summary>
internal static unsafe partial class Bpf
{
    private const string Library = NativeLibraries.Bpf;

    internal const int BPF_MAP_TYPE_ARRAY = 2;
    internal const int BPF_PROG_TYPE_SOCKET_FILTER = 1;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_map_create(int map_type, string map_name, uint key_size, uint value_size, uint max_entries, void* opts);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_map_lookup_elem(SafeFd fd, void* key, void* value);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_prog_load(int prog_type, string prog_name, string license, BpfInstruction* insns, nuint insn_cnt, void* opts);
}
