using MgCap.Capture.Storage;

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

    /// <summary>How files are written.</summary>
    public StorageOptions Storage { get; set; } = new();

    /// <summary>Capture filters.</summary>
    public FilterOptions Filters { get; set; } = new();

    /// <summary>The live view.</summary>
    public LiveOptions Live { get; set; } = new();

    /// <summary>What runs at the same time.</summary>
    public LimitsOptions Limits { get; set; } = new();

    /// <summary>Who is let in.</summary>
    public SecurityOptions Security { get; set; } = new();

    /// <summary>Addresses and networks of reverse proxies whose X-Forwarded headers count, separated by semicolons.</summary>
    public string Proxies { get; set; } = "127.0.0.0/8;::1";

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

    /// <summary>Ended captures are removed, oldest first, where fewer bytes are free on the file system; 0 keeps all.</summary>
    public long FreeBytes { get; set; }

    /// <summary>A capture ends rather than leave fewer bytes free; without it a twentieth of the file system, at most 256 MiB.</summary>
    public long? MinFreeBytes { get; set; }
}

/// <summary>The section <c>MgCap:Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>A loss of power takes no more than what was captured in so many seconds; 0 leaves that to the system.</summary>
    public double SyncSeconds { get; set; } = 1;

    /// <summary>How files are kept that have ended.</summary>
    public CaptureCompression Compression { get; set; }

    /// <summary>The same as a time; null for 0.</summary>
    internal TimeSpan? SyncInterval => SyncSeconds == 0 ? null : TimeSpan.FromSeconds(SyncSeconds);
}

/// <summary>The section <c>MgCap:Filters</c>.</summary>
public sealed class FilterOptions
{
    /// <summary>
    /// Whether names of hosts and networks in capture filters are looked up, in DNS too. Anyone who can reach the console then makes it ask
    /// for names, half-typed ones as well.
    /// </summary>
    public bool ResolveNames { get; set; }
}

/// <summary>The section <c>MgCap:Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>Time between two samples, in milliseconds.</summary>
    public int SampleIntervalMs { get; set; } = 500;
}

/// <summary>The section <c>MgCap:Security</c>.</summary>
public sealed class SecurityOptions
{
    /// <summary>Whether everyone who reaches the console may do everything.</summary>
    public bool AllowInsecure { get; set; }

    /// <summary>The group whose members are operators, on this machine.</summary>
    public string Group { get; set; } = "mgcap";
}

/// <summary>The section <c>MgCap:Limits</c>.</summary>
public sealed class LimitsOptions
{
    /// <summary>Captures that run at the same time; each takes some 64 MB of memory for its rings and buffers, and two threads.</summary>
    public int MaxCaptures { get; set; } = 32;

    /// <summary>Connections that are open at the same time; further ones are closed.</summary>
    public int MaxConnections { get; set; } = 512;
}
