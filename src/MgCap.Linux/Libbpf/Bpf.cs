using System.Runtime.InteropServices;

namespace MgCap.Linux.Libbpf;

/// <summary>bpf/bpf.h of libbpf 1, and linux/bpf.h</summary>
internal static unsafe partial class Bpf
{
    private const string Library = NativeLibraries.Bpf;

    internal const int BPF_MAP_TYPE_ARRAY = 2;
    internal const int BPF_PROG_TYPE_SOCKET_FILTER = 1;
    internal const int BPF_PROG_TYPE_SCHED_CLS = 3;
    internal const int BPF_PROG_TYPE_XDP = 6;
    internal const int BPF_PROG_TYPE_TRACING = 26;
    internal const int BPF_TRACE_RAW_TP = 23;
    internal const uint BPF_F_XDP_HAS_FRAGS = 1 << 5;
    internal const int BPF_XDP = 37;

    // linux/if_link.h
    internal const uint XDP_FLAGS_SKB_MODE = 1 << 1;
    internal const uint XDP_FLAGS_DRV_MODE = 1 << 2;
    internal const uint BPF_F_TEST_XDP_LIVE_FRAMES = 1 << 1;

    internal struct xdp_md
    {
        internal uint data;
        internal uint data_end;
        internal uint data_meta;
        internal uint ingress_ifindex;
        internal uint rx_queue_index;
        internal uint egress_ifindex;
    }

    internal struct bpf_prog_load_opts
    {
        internal nuint sz;
        internal int attempts;
        internal int expected_attach_type;
        internal uint prog_btf_fd;
        internal uint prog_flags;
        internal uint prog_ifindex;
        internal uint kern_version;
        internal uint attach_btf_id;
        internal uint attach_prog_fd;
        internal uint attach_btf_obj_fd;
        internal int* fd_array;
        internal void* func_info;
        internal uint func_info_cnt;
        internal uint func_info_rec_size;
        internal void* line_info;
        internal uint line_info_cnt;
        internal uint line_info_rec_size;
        internal uint log_level;
        internal uint log_size;
        internal byte* log_buf;
    }

    internal struct bpf_test_run_opts
    {
        internal nuint sz;
        internal void* data_in;
        internal void* data_out;
        internal uint data_size_in;
        internal uint data_size_out;
        internal void* ctx_in;
        internal void* ctx_out;
        internal uint ctx_size_in;
        internal uint ctx_size_out;
        internal uint retval;
        internal int repeat;
        internal uint duration;
        internal uint flags;
        internal uint cpu;
        internal uint batch_size;
    }

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_map_create(int map_type, string map_name, uint key_size, uint value_size, uint max_entries, void* opts);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_map_lookup_elem(SafeFd fd, void* key, void* value);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_prog_load(int prog_type, string prog_name, string license, BpfInstruction* insns, nuint insn_cnt, bpf_prog_load_opts* opts);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_link_create(int prog_fd, int target_fd, int attach_type, bpf_link_create_opts* opts);

    /// <summary>Without its last members, which links to network devices do not need.</summary>
    internal struct bpf_link_create_opts
    {
        internal nuint sz;
        internal uint flags;
        internal void* iter_info;
        internal uint iter_info_len;
        internal uint target_btf_id;
    }

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bpf_prog_test_run_opts(int prog_fd, bpf_test_run_opts* opts);
}
