using System.Runtime.InteropServices;
using System.Text;

namespace MgCap.Linux.Libbpf;

/// <summary>Room for what the kernel's verifier writes about a program that it refuses.</summary>
internal sealed unsafe class VerifierLog : IDisposable
{
    /// <summary>Its size in bytes; not all of it is touched.</summary>
    internal const int Size = 1024 * 1024;

    private const int MaxDetailsLength = 2048;

    internal VerifierLog() => Text = (byte*)NativeMemory.AllocZeroed(Size);

    /// <summary>Where it is written, with a zero behind it.</summary>
    internal byte* Text { get; private set; }

    /// <summary>Its end; null where nothing was written.</summary>
    internal string? End => All is { Length: > 0 } all ? all.Length <= MaxDetailsLength ? all : "… " + all[^MaxDetailsLength..] : null;

    /// <summary>The line that says what the verifier refuses; null where there is none. Only what it took to find that comes after it.</summary>
    internal string? Complaint =>
        All.Split('\n').LastOrDefault(line => line.Length > 0 && !line.StartsWith("processed ", StringComparison.Ordinal));

    private string All => Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(Text)).TrimEnd();

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(Text);
        Text = null;
    }
}
