using System.Diagnostics.CodeAnalysis;
using MgCap.Linux;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace MgCap.Capture.Storage;

/// <summary>
/// A capture's file that has ended, compressed beside its name: zstd frames (RFC 8878) of <see cref="FrameTable.FrameBytes"/> each, so that
/// it can be read from any place on, and a table of the frames at the end (<see cref="FrameTable"/>). "zstd -d" makes the file of it again.
/// </summary>
public static class CompressedFile
{
    // 272 MB/s; the next two take twice the time for a few percent.
    private const int Level = 1;

    // A disk that empties its cache takes nothing meanwhile, and captures have memory for a few tenths of a second (FileSync).
    private const long SyncEvery = 16L * 1024 * 1024;

    private const string Extension = ".zst", UnfinishedExtension = ".zst.new";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The path of the compressed file.</summary>
    /// <param name="path">The file's.</param>
    public static string PathOf(string path) => path + Extension;

    /// <summary>Whether a file is there compressed.</summary>
    internal static bool IsThere(string path) => File.Exists(PathOf(path));

    /// <summary>The name of a file without what compression adds to it.</summary>
    internal static string NameOf(string name) => name.EndsWith(Extension, StringComparison.Ordinal) ? name[..^Extension.Length] : name;

    /// <summary>
    /// Compresses a file, reads what it has made and compares it, and removes the file. Who reads the file meanwhile is not disturbed; where
    /// anything is in the way the file stays as it is.
    /// </summary>
    /// <param name="file">A file that changes no more.</param>
    /// <param name="mayGoOn">Asked between the frames; what says no leaves the file as it is. null for always.</param>
    /// <returns>The length of the compressed file in bytes; null where it was told to end.</returns>
    /// <exception cref="FileNotFoundException">The file was removed meanwhile.</exception>
    /// <exception cref="IOException">It can't be read or written, or is of another length.</exception>
    public static long? Make(StoredFile file, Func<bool>? mayGoOn = null)
    {
        var path = PathOf(file.Path);
        if (File.Exists(path))
        {
            // It was made before the process died, and is whole.
            Require(file, path);
        }
        else
        {
            if (!TryMake(file, path, mayGoOn))
                return null;
            // A ring of files may have removed it meanwhile.
            if (!File.Exists(file.Path))
            {
                File.Delete(path);
                throw new FileNotFoundException($"{file.Path} was removed while it was compressed", file.Path);
            }

            FileSpace.SyncNames(Path.GetDirectoryName(path)!);
        }

        var length = new FileInfo(path).Length;
        File.Delete(file.Path);
        return length;
    }

    /// <summary>Removes what a process that died has left unfinished.</summary>
    /// <param name="folder">A capture's folder.</param>
    internal static void CleanUp(string folder)
    {
        foreach (var left in Directory.EnumerateFiles(folder, $"*{UnfinishedExtension}"))
            File.Delete(left);
    }

    private static void Require(StoredFile file, string path)
    {
        using var compressed = new CompressedContent(path);
        if (compressed.Length != file.Length)
            throw new IOException($"{path} has {compressed.Length} bytes in it; it should have {file.Length}");
    }

    private static bool TryMake(StoredFile file, string path, Func<bool>? mayGoOn)
    {
        var unfinished = file.Path + UnfinishedExtension;
        try
        {
            using (var plain = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                if (RandomAccess.GetLength(plain) is var length && length != file.Length)
                    throw new IOException($"{file.Path} has {length} bytes; it should have {file.Length}");
                if (!Write(plain, file, unfinished, mayGoOn) || !IsSame(plain, file, unfinished, mayGoOn))
                {
                    File.Delete(unfinished);
                    return false;
                }
            }

            File.SetLastWriteTimeUtc(unfinished, File.GetLastWriteTimeUtc(file.Path));
            File.Move(unfinished, path);
            return true;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static bool Write(SafeFileHandle plain, StoredFile file, string path, Func<bool>? mayGoOn)
    {
        using var compressed = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0, UnixCreateMode = OwnerOnly });
        using var compressor = new Compressor(Level);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        var table = new FrameTable();
        var content = new byte[FrameTable.FrameBytes];
        var frame = new byte[Compressor.GetCompressBound(content.Length)];
        var unsynced = 0L;
        while (table.Length < file.Length)
        {
            if (mayGoOn?.Invoke() == false)
                return false;
            var bytes = FrameTable.BytesOfFrame(table.Length, file.Length);
            ReadAll(plain, content.AsSpan(0, bytes), table.Length, file.Path);
            var made = compressor.Wrap(content.AsSpan(0, bytes), frame);
            compressed.Write(frame.AsSpan(0, made));
            table.Add(made, bytes);
            unsynced += made;
            if (unsynced < SyncEvery)
                continue;
            FileSpace.Sync(compressed.SafeFileHandle);
            unsynced = 0;
        }

        compressed.Write(table.ToBytes());
        FileSpace.Sync(compressed.SafeFileHandle);
        return true;
    }

    private static bool IsSame(SafeFileHandle plain, StoredFile file, string path, Func<bool>? mayGoOn)
    {
        using var compressed = new CompressedContent(path);
        var (made, wanted) = (new byte[FrameTable.FrameBytes], new byte[FrameTable.FrameBytes]);
        var at = 0L;
        while (at < file.Length)
        {
            if (mayGoOn?.Invoke() == false)
                return false;
            var read = compressed.Read(made, at);
            ReadAll(plain, wanted.AsSpan(0, read), at, file.Path);
            if (read == 0 || !made.AsSpan(0, read).SequenceEqual(wanted.AsSpan(0, read)))
                ThrowDifferent(path);
            at += read;
        }

        if (compressed.Length != file.Length)
            ThrowDifferent(path);
        return true;
    }

    private static void ReadAll(SafeFileHandle file, Span<byte> into, long offset, string path)
    {
        while (!into.IsEmpty)
        {
            var read = RandomAccess.Read(file, into, offset);
            if (read == 0)
                throw new EndOfStreamException($"{path} has become shorter");
            offset += read;
            into = into[read..];
        }
    }

    [DoesNotReturn]
    private static void ThrowDifferent(string path) => throw new IOException($"{path} is not what was written to it");
}
