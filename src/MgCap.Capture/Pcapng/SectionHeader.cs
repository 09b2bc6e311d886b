namespace MgCap.Capture.Pcapng;

/// <summary>
/// What a Section Header Block tells of the machine and the program (draft-ietf-opsawg-pcapng section 4.1).
/// Text that is null or empty is not written; text is UTF-8, cut at a whole character where it exceeds 65,535 bytes.
/// </summary>
public sealed record SectionHeader
{
    /// <summary>shb_hardware: the machine, for people.</summary>
    public string? Hardware { get; init; }

    /// <summary>shb_os: the operating system and its version.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>shb_userappl: the program that wrote the section, <c>MgCap VERSION</c>.</summary>
    public string? UserApplication { get; init; }

    /// <summary>opt_comment: what the user says of the capture; of several in a file, the first.</summary>
    public string? Comment { get; init; }
}
