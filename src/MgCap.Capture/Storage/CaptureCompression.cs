namespace MgCap.Capture.Storage;

/// <summary>How a capture's files are kept.</summary>
public enum CaptureCompression
{
    /// <summary>As they were written.</summary>
    None,
    /// <summary>Compressed by zstd, each of them that has ended (<see cref="CompressedFile"/>).</summary>
    Zstd,
}
