using System.Globalization;

namespace MgCap.Testing;

/// <summary>A small disk of its own with a file system on it, in a file (losetup(8)).</summary>
public sealed class LoopDisk : IDisposable
{
    private readonly string _image;
    private readonly string _device;

    /// <summary>Makes it. Root only.</summary>
    /// <param name="under">Where its file and its mount point are.</param>
    /// <param name="mebibytes">Its size.</param>
    /// <param name="options">Options of losetup(8).</param>
    public LoopDisk(DirectoryInfo under, int mebibytes, params string[] options)
    {
        ArgumentNullException.ThrowIfNull(under);
        Path = under.CreateSubdirectory("disk").FullName;
        _image = System.IO.Path.Combine(under.FullName, "disk.image");
        Tool.Run("truncate", "--size", string.Create(CultureInfo.InvariantCulture, $"{mebibytes}M"), _image);
        _device = Tool.Run("losetup", ["--find", "--show", .. options, _image]).Trim();
        Tool.Run("mkfs.ext4", "-q", "-m", "0", _device);
        Tool.Run("mount", _device, Path);
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tool.Run("umount", Path);
        Tool.Run("losetup", "--detach", _device);
        File.Delete(_image);
    }
}
