namespace MgCap.Testing;

/// <summary>
/// The host of a virtual machine may lend its memory page by page, which takes longer than writing to it. A test that compares
/// programs that write files in memory borrows it beforehand, so that none of them pays for it.
/// </summary>
public static class MemoryBallast
{
    private const int Bytes = 1_200_000_000;

    /// <summary>Writes a large file in a folder in memory, and deletes it.</summary>
    public static void Borrow(DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var file = File.Create(Path.Combine(folder.FullName, "ballast"), bufferSize: 0, FileOptions.DeleteOnClose);
        var zeros = new byte[1 << 20];
        for (var written = 0; written < Bytes; written += zeros.Length)
            file.Write(zeros);
    }
}
