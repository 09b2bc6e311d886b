using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using MgCap.Capture.Engines.Xdp;
using MgCap.Linux.Rings;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Engines.Xdp;

/// <summary>What both halves of the engine share lies in C# as in C.</summary>
public sealed class XdpLayoutTests
{
    [Theory]
    [InlineData("Settings", "settings")]
    [InlineData("Counter", "counter")]
    [InlineData("ControlBlock", "control")]
    public void Structure_LiesAsInC(string name, string structure) => Compile(Assertions(name, structure, shift: 0));

    /// <summary>The judge does find against a structure that lies elsewhere.</summary>
    [Fact]
    public void WrongStructure_IsFound() =>
        Assert.Contains("static_assert", Assert.Throws<ToolException>(() => Compile(Assertions("Counter", "counter", shift: 4))).Message.Replace(" assertion", "_assert", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void Cursor_LiesWhereTheReaderLooks()
    {
        var tail = typeof(BlockRing).GetField("TailOffset", BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue();
        Compile($"""
            _Static_assert(__builtin_offsetof(struct cursor, head) == 0, "head");
            _Static_assert(__builtin_offsetof(struct cursor, tail) == {tail}, "tail");
            """);
    }

    [Theory]
    [InlineData("#1 SMP PREEMPT_RT Debian 6.12.48-1 (2025-09-20)", true)]
    [InlineData("#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)", false)]
    public void RealTimeKernels_AreKnownByTheirVersion(string version, bool realTime) => Assert.Equal(realTime, XdpEngine.IsRealTime(version));

    private static string Assertions(string name, string structure, int shift)
    {
        var type = typeof(XdpProgram).GetNestedType(name, BindingFlags.NonPublic)!;
        var text = new StringBuilder();
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            var member = SnakeCase(field.Name);
            text.AppendLine($"_Static_assert(__builtin_offsetof(struct {structure}, {member}) == {Marshal.OffsetOf(type, field.Name).ToInt64() + shift}, \"{member}\");");
            text.AppendLine($"_Static_assert(sizeof(((struct {structure} *)0)->{member}) == {Marshal.SizeOf(field.FieldType)}, \"{member}\");");
        }

        return text.AppendLine($"_Static_assert(sizeof(struct {structure}) == {Marshal.SizeOf(type)}, \"size\");").ToString();
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));

    /// <summary>Compiles the assertions behind the program, as the program is compiled.</summary>
    private static void Compile(string assertions)
    {
        var folder = Directory.CreateTempSubdirectory("mgcap-layout-");
        try
        {
            var path = Path.Combine(folder.FullName, "layout.c");
            File.WriteAllText(path, $"#include \"{Path.Combine(Repository.Root, "src/MgCap.Capture/Engines/Xdp/capture.bpf.c")}\"\n{assertions}");
            var machine = Tool.Run("uname", "-m").Trim();
            Tool.Run("clang", "-O2", "-target", "bpf", "-Wall", "-Werror", $"-I/usr/include/{machine}-linux-gnu", "-fsyntax-only", path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
