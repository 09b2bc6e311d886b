namespace MgCap.Web.Configuration;

/// <summary>The section <c>MgCap</c> of the configuration.</summary>
public sealed class MgCapOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "MgCap";

    /// <summary>Where captures, catalogue and log are kept; made if it is missing.</summary>
    public string DataDirectory { get; set; } = DefaultDataDirectory();

    /// <summary>What is kept, and how long.</summary>
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>The live view.</summary>
    public LiveOptions Live { get; set; } = new();

    private static string DefaultDataDirectory()
    {
        if (Environment.IsPrivilegedProcess)
            return "/var/lib/mgcap";
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(string.IsNullOrEmpty(state) ? Path.Combine(home, ".local", "state") : state, "mgcap");
    }
}

/// <summary>The section <c>MgCap:Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>Ended captures beyond this many bytes in all are removed, oldest first; 0 keeps all.</summary>
    public long MaxBytes { get; set; }

    /// <summary>Captures that ended more than this many days ago are removed; 0 keeps all.</summary>
    public double MaxAgeDays { get; set; }

    /// <summary>A capture ends rather than leave fewer bytes free; without it a twentieth of the file system, at most 256 MiB.</summary>
    public long? MinFreeBytes { get; set; }
}

/// <summary>The section <c>MgCap:Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>Time between two samples, in milliseconds.</summary>
    public int SampleIntervalMs { get; set; } = 500;
}
