using System.Runtime.InteropServices;

namespace MgCap.Linux.Libbpf;

/// <summary>bpf/libbpf.h of libbpf 1. Its calls set errno as well as returning it.</summary>
internal static unsafe partial class Libbpf
{
    private const string Library = NativeLibraries.Bpf;

    [LibraryImport(Library)]
    internal static partial nint libbpf_set_print(delegate* unmanaged<int, byte*, void*, int> fn);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(byte* obj_buf, nuint obj_buf_sz, void* opts);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_object__load(nint obj);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(nint obj);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint bpf_object__find_program_by_name(nint obj, string name);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_program__set_autoload(nint prog, [MarshalAs(UnmanagedType.U1)] bool autoload);

    [LibraryImport(Library)]
    internal static partial void bpf_program__set_ifindex(nint prog, uint ifindex);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_program__set_flags(nint prog, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_program__set_log_buf(nint prog, byte* log_buf, nuint log_size);

    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(nint prog);

    [LibraryImport(Library)]
    internal static partial BpfInstruction* bpf_program__insns(nint prog);

    [LibraryImport(Library)]
    internal static partial nuint bpf_program__insn_cnt(nint prog);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_map(nint obj, nint prev);

    [LibraryImport(Library)]
    internal static partial byte* bpf_map__name(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__fd(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__value_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__max_entries(nint map);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_map__set_value_size(nint map, uint size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_map__set_max_entries(nint map, uint max_entries);

    [LibraryImport(Library)]
    internal static partial void* bpf_map__initial_value(nint map, nuint* psize);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial void* ring_buffer__new(int map_fd, delegate* unmanaged[Cdecl]<void*, void*, nuint, int> sample_cb, void* ctx, void* opts);

    [LibraryImport(Library)]
    internal static partial void ring_buffer__free(void* rb);

    [LibraryImport(Library)]
    internal static partial int ring_buffer__consume(void* rb);

    [LibraryImport(Library)]
    internal static partial int ring_buffer__epoll_fd(void* rb);

    // linux/btf.h
    internal const uint BTF_KIND_TYPEDEF = 8;
    internal const uint BTF_KIND_FUNC = 12;

    [LibraryImport(Library)]
    internal static partial nint btf__load_vmlinux_btf();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__find_by_name_kind(nint btf, string type_name, uint kind);

    [LibraryImport(Library)]
    internal static partial void btf__free(nint btf);
}
