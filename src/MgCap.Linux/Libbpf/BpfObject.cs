using System.Runtime.InteropServices;
using MgCap.Linux.Libbpf;
using static MgCap.Linux.Libbpf.Libbpf;

namespace MgCap.Linux;

/// <summary>
/// A compiled BPF object file: its maps and programs. Opened, adjusted, loaded into the kernel by libbpf, and gone with
/// this process or when it is disposed of; what links hold stays attached for as long as they do. Not for several threads.
/// </summary>
public sealed unsafe class BpfObject : IDisposable
{
    private const string ConstantsSuffix = ".rodata";

    private readonly VerifierLog _log;
    private readonly nint _object;
    private bool _closed;

    /// <summary>Opens an object file; nothing is in the kernel yet.</summary>
    /// <param name="elf">Its content.</param>
    /// <exception cref="LinuxException">It is no BPF object.</exception>
    /// <exception cref="DllNotFoundException">There is no libbpf.</exception>
    public BpfObject(ReadOnlySpan<byte> elf)
    {
        // What fails is told by exceptions; libbpf would also write it to standard error.
        libbpf_set_print(null);
        fixed (byte* content = elf)
            _object = bpf_object__open_mem(content, (nuint)elf.Length, null);
        if (_object == 0)
            LinuxException.Throw("read a BPF object");
        _log = new VerifierLog();
    }

    /// <summary>Whether the running kernel has a function that programs may call or be attached to (a name in its type information).</summary>
    public static bool KernelHasFunction(string name) => KernelType(name, BTF_KIND_FUNC) > 0;

    /// <summary>What a program is loaded for that is to be attached to a tracepoint (tp_btf): its number in the kernel's type information.</summary>
    /// <returns>null when the running kernel has no such tracepoint.</returns>
    public static int? KernelTracepoint(string name) => KernelType("btf_trace_" + name, BTF_KIND_TYPEDEF) is > 0 and var type ? type : null;

    private static int KernelType(string name, uint kind)
    {
        libbpf_set_print(null);
        var types = btf__load_vmlinux_btf();
        if (types == 0)
            return 0;
        var type = btf__find_by_name_kind(types, name, kind);
        btf__free(types);
        return type;
    }

    /// <summary>Sets the program's constants (its only variable in .rodata), before it is loaded.</summary>
    public void SetConstants<T>(T value)
        where T : unmanaged
    {
        nuint size;
        var memory = bpf_map__initial_value(FindMap(name => name.EndsWith(ConstantsSuffix, StringComparison.Ordinal)), &size);
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)size, sizeof(T), nameof(value));
        *(T*)memory = value;
    }

    /// <summary>Sets a map's size, before it is loaded.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="entries">How many values it has.</param>
    /// <param name="valueSize">Bytes of a value; null leaves that as it is.</param>
    public void SetMapSize(string name, int entries, int? valueSize = null)
    {
        var map = FindMap(name.Equals);
        LinuxException.Check(bpf_map__set_max_entries(map, (uint)entries), $"size the BPF map {name}");
        if (valueSize is int size)
            LinuxException.Check(bpf_map__set_value_size(map, (uint)size), $"size the BPF map {name}");
    }

    /// <summary>Has a program loaded that the file leaves to choice (its section's name begins with a question mark).</summary>
    public void Choose(string program)
    {
        var found = FindProgram(program);
        LinuxException.Check(bpf_program__set_autoload(found, true), $"choose the BPF program {program}");
        LinuxException.Check(bpf_program__set_log_buf(found, _log.Text, VerifierLog.Size), $"choose the BPF program {program}");
    }

    /// <summary>Has an XDP program loaded for one interface, whose driver it may ask (BPF_F_XDP_DEV_BOUND_ONLY, Linux 6.3).</summary>
    public void Bind(string program, int interfaceIndex)
    {
        var found = FindProgram(program);
        bpf_program__set_ifindex(found, (uint)interfaceIndex);
        LinuxException.Check(bpf_program__set_flags(found, BpfProgram.BoundToDevice), $"bind the BPF program {program}");
    }

    /// <summary>Makes the maps and has the programs verified.</summary>
    /// <exception cref="LinuxException">
    /// EPERM without CAP_BPF and CAP_NET_ADMIN; ENOMEM when the maps are too large; EACCES, EINVAL or E2BIG with what the
    /// verifier says when it refuses a program that was chosen, as it does without CAP_PERFMON.
    /// </exception>
    public void Load()
    {
        if (bpf_object__load(_object) < 0)
            throw new LinuxException("load a BPF program", (Errno)Marshal.GetLastPInvokeError(), _log.Complaint);
    }

    /// <summary>Maps the values of a map with BPF_F_MMAPABLE into this process.</summary>
    public BpfMapMemory Map(string name)
    {
        var map = FindMap(name.Equals);
        return new BpfMapMemory(bpf_map__fd(map), (nuint)bpf_map__value_size(map), (int)bpf_map__max_entries(map));
    }

    /// <summary>Waits for the programs to write into a ring buffer (BPF_MAP_TYPE_RINGBUF).</summary>
    public BpfDoorbell Doorbell(string name) => new(bpf_map__fd(FindMap(name.Equals)));

    /// <summary>A loaded program's instructions, as the kernel got them.</summary>
    public ReadOnlySpan<BpfInstruction> Instructions(string program)
    {
        var found = FindProgram(program);
        return new ReadOnlySpan<BpfInstruction>(bpf_program__insns(found), (int)bpf_program__insn_cnt(found));
    }

    /// <summary>A loaded program's descriptor; it stays this object's.</summary>
    public int ProgramDescriptor(string program) => bpf_program__fd(FindProgram(program));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        bpf_object__close(_object);
        _log.Dispose();
    }

    private nint FindMap(Predicate<string> named)
    {
        for (var map = bpf_object__next_map(_object, 0); map != 0; map = bpf_object__next_map(_object, map))
        {
            if (named(Marshal.PtrToStringUTF8((nint)bpf_map__name(map)) ?? ""))
                return map;
        }

        throw new KeyNotFoundException("the BPF object has no such map");
    }

    private nint FindProgram(string name)
    {
        var program = bpf_object__find_program_by_name(_object, name);
        return program != 0 ? program : throw new KeyNotFoundException($"the BPF object has no program {name}");
    }
}
