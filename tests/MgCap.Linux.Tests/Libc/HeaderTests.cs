using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using MgCap.Linux.Libbpf;
using MgCap.Linux.Libc;
using MgCap.Linux.Libpcap;
using MgCap.Testing;

namespace MgCap.Linux.Tests.Libc;

/// <summary>Structures and constants, by reflection, against the headers that they were copied from. New ones are found by themselves.</summary>
public class HeaderTests
{
    private static readonly string[] _systemHeaders =
    [
        "errno.h", "fcntl.h", "grp.h", "netinet/in.h", "poll.h", "pwd.h", "sched.h", "signal.h", "time.h", "sys/eventfd.h", "sys/ioctl.h", "sys/mman.h", "sys/prctl.h", "sys/resource.h", "sys/socket.h", "sys/stat.h", "sys/timerfd.h", "sys/timex.h", "sys/uio.h", "net/if.h", "linux/bpf.h", "linux/btf.h", "linux/ethtool.h",
        "linux/filter.h", "linux/genetlink.h", "linux/audit.h", "linux/capability.h", "linux/if_ether.h", "linux/if_link.h", "linux/if_packet.h", "linux/inet_diag.h", "linux/landlock.h", "linux/net_tstamp.h", "linux/netlink.h", "linux/ptp_clock.h",
        "linux/rtnetlink.h", "linux/seccomp.h", "linux/sock_diag.h", "linux/sockios.h", Path.Combine(Repository.Root, "kmod/uapi/mgcap.h"),
    ];

    private static readonly string[] _bpfHeaders = ["bpf/bpf.h"];

    // pcap.h has another struct bpf_insn than linux/bpf.h: the two are not to be included together.
    private static readonly string[] _pcapHeaders = ["pcap/pcap.h"];

    // Members that the C structure has inside a union or a structure of its own.
    private static readonly Dictionary<string, string> _members = new()
    {
        ["tpacket_block_desc.block_status"] = "hdr.bh1.block_status",
        ["tpacket_block_desc.num_pkts"] = "hdr.bh1.num_pkts",
        ["tpacket_block_desc.offset_to_first_pkt"] = "hdr.bh1.offset_to_first_pkt",
        ["tpacket_block_desc.blk_len"] = "hdr.bh1.blk_len",
        ["tpacket_block_desc.seq_num"] = "hdr.bh1.seq_num",
        ["tpacket_block_desc.ts_first_pkt"] = "hdr.bh1.ts_first_pkt",
        ["tpacket_block_desc.ts_last_pkt"] = "hdr.bh1.ts_last_pkt",
        ["tpacket3_hdr.tp_rxhash"] = "hv1.tp_rxhash",
        ["tpacket3_hdr.tp_vlan_tci"] = "hv1.tp_vlan_tci",
        ["tpacket3_hdr.tp_vlan_tpid"] = "hv1.tp_vlan_tpid",
        ["tpacket3_hdr.tp_padding"] = "hv1.tp_padding",
        ["tpacket3_hdr.tp_padding2"] = "tp_padding",
    };

    // Structures that MgCap declares shorter or longer than C does, on purpose: their doc comments say why.
    private static readonly string[] _otherSize = ["rtnl_link_stats64", "ethtool_link_settings", "bpf_link_create_opts", "landlock_ruleset_attr"];

    // Fills up struct ifreq to its size, in C a union of several members; newer headers have another name for a part that is 0.
    private static readonly string[] _padding = ["ifreq.ifr_rest", "timex.reserved", "ptp_sys_offset_extended.rsv"];

    [Fact]
    public void SystemStructures_LieAsInTheHeaders() => CompareStructures(_systemHeaders, Structures(typeof(SysSocket).Namespace!));

    [Fact]
    public void BpfStructures_LieAsInTheHeaders() => CompareStructures(_bpfHeaders, Structures(typeof(Bpf).Namespace!));

    [Fact]
    public void PcapStructures_LieAsInTheHeaders() => CompareStructures(_pcapHeaders, Structures(typeof(Pcap).Namespace!));

    [Fact]
    public void SystemConstants_AreThoseOfTheHeaders() =>
        CompareConstants(_systemHeaders, [.. Constants(typeof(SysSocket).Namespace!), .. Constants(typeof(Bpf).Namespace!)]);

    [Fact]
    public void PcapConstants_AreThoseOfTheHeaders() => CompareConstants(_pcapHeaders, Constants(typeof(Pcap).Namespace!));

    [Fact]
    public void ErrorNumbers_AreThoseOfTheHeaders()
    {
        var numbers = Enum.GetValues<Errno>().Where(errno => errno != Errno.None).ToDictionary(errno => errno.ToString(), errno => (ulong)errno);
        Assert.Equal(numbers, CProgram.Evaluate(_systemHeaders, numbers.Keys));
    }

    [Theory]
    [InlineData(typeof(BpfInstruction), "struct bpf_insn", "Code=code", "Offset=off", "Immediate=imm")]
    [InlineData(typeof(ClassicInstruction), "struct sock_filter", "Code=code", "JumpTrue=jt", "JumpFalse=jf", "K=k")]
    public void Instructions_LieAsInTheHeaders(Type type, string structure, params string[] members)
    {
        var pairs = members.Select(member => member.Split('=')).ToList();
        var mine = pairs.ToDictionary(pair => OffsetOf(structure, pair[1]), pair => (ulong)Marshal.OffsetOf(type, $"<{pair[0]}>k__BackingField"));
        mine.Add($"sizeof({structure})", (ulong)Marshal.SizeOf(type));
        Assert.Equal(mine, CProgram.Evaluate(_systemHeaders, mine.Keys));
    }

    [Fact]
    public void BpfInstruction_HasTheDestinationInTheLowBits()
    {
        // Bit fields have no offset. The registers are the byte between code and off.
        Assert.Equal(1, Marshal.OffsetOf<BpfInstruction>("<Registers>k__BackingField"));
        var values = CProgram.Evaluate(_systemHeaders, ["((unsigned char *)&(struct bpf_insn){ .dst_reg = 1, .src_reg = 2 })[1]"]);
        Assert.Equal(0x21UL, values.Values.Single());
    }

    private static void CompareStructures(string[] headers, IReadOnlyCollection<Type> types)
    {
        Assert.NotEmpty(types);
        var mine = new Dictionary<string, ulong>();
        foreach (var type in types)
        {
            var structure = $"struct {type.Name}";
            if (!_otherSize.Contains(type.Name) && !SaysItsSize(type))
                mine.Add($"sizeof({structure})", (ulong)Marshal.SizeOf(type));
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            {
                var name = $"{type.Name}.{field.Name}";
                if (!_padding.Contains(name))
                    mine.Add(OffsetOf(structure, _members.GetValueOrDefault(name, field.Name)), (ulong)Marshal.OffsetOf(type, field.Name));
            }
        }

        Assert.Equal(mine, CProgram.Evaluate(headers, mine.Keys));
    }

    /// <summary>libbpf's options begin with the size that the caller knows: they grow from version to version.</summary>
    private static bool SaysItsSize(Type type) => type.GetField("sz", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static void CompareConstants(string[] headers, IReadOnlyCollection<FieldInfo> constants)
    {
        Assert.NotEmpty(constants);
        var theirs = CProgram.Evaluate(headers, [.. constants.Select(constant => constant.Name)]);
        foreach (var constant in constants)
        {
            // In the width that the C# side chose: a mask or -1 of C is an int there, and has all the upper bits set here.
            var width = Marshal.SizeOf(constant.FieldType) * 8;
            var mask = ulong.MaxValue >> (64 - width);
            var mine = unchecked((ulong)Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)) & mask;
            Assert.Equal($"{constant.Name} {theirs[constant.Name] & mask:x}", $"{constant.Name} {mine:x}");
        }
    }

    private static string OffsetOf(string structure, string member) => $"offsetof({structure}, {member})";

    private static IEnumerable<Type> Headers(string space) =>
        typeof(SysSocket).Assembly.GetTypes().Where(type => type.Namespace == space && type is { IsAbstract: true, IsSealed: true, IsNested: false });

    private static List<Type> Structures(string space) =>
        [.. Headers(space).SelectMany(header => header.GetNestedTypes(BindingFlags.NonPublic)).Where(type => type.IsValueType)];

    private static List<FieldInfo> Constants(string space) =>
        [.. Headers(space).SelectMany(header => header.GetFields(BindingFlags.Static | BindingFlags.NonPublic)).Where(field => field is { IsLiteral: true, IsAssembly: true })];
}
