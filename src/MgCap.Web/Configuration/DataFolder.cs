namespace MgCap.Web.Configuration;

/// <summary>
/// The data directory, held by one console at a time:
/// <code>
///   mgcap.db             the catalogue
///   captures/ID/…pcapng  a capture
///   logs/                the log
///   dissection/          what sharkd is given to read
///   keys/                what browsers' sessions are sealed with
///   lock                 held while a console runs
/// </code>
/// </summary>
public sealed class DataFolder : IDisposable
{
    // What passed by on the wire is nobody else's business.
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const long MaxKeptFree = 256L * 1024 * 1024;
    private const int KeptFreeShare = 20;

    private readonly FileStream _lock;

    /// <summary>Makes what is missing, and takes the lock.</summary>
    /// <exception cref="ConfigurationException">The directory can't be used.</exception>
    public DataFolder(MgCapOptions options)
    {
        Root = options.DataDirectory;
        try
        {
            Directory.CreateDirectory(Root, OwnerOnly);
            OpenTo = DataFolderOwnership.Secure(Root);
            foreach (var folder in (string[])[Captures, Logs, Keys])
                Directory.CreateDirectory(folder, OwnerOnly);
            MinFreeBytes = options.Retention.MinFreeBytes ?? Math.Min(MaxKeptFree, new DriveInfo(Root).TotalSize / KeptFreeShare);
            _lock = new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException(
                $"{MgCapOptions.Section}:DataDirectory is {Root}; allowed is a directory that can be made and written and that no other console uses ({exception.Message})",
                exception);
        }
    }

    /// <summary>The directory.</summary>
    public string Root { get; }

    /// <summary>The mode that the directory had, where others could enter it; it is closed to them now. null where they could not.</summary>
    public UnixFileMode? OpenTo { get; }

    /// <summary>Where the captures are, each in a folder with its id.</summary>
    public string Captures => Path.Combine(Root, "captures");

    /// <summary>Where the log is.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Where helpers that dissect find what they are given; made when it is needed, and nothing in it outlives the console.</summary>
    public string Dissection => Path.Combine(Root, "dissection");

    /// <summary>Where the keys are that browsers' sessions are sealed with.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>The catalogue's file.</summary>
    public string Catalogue => Path.Combine(Root, "mgcap.db");

    /// <summary>Bytes that captures leave free.</summary>
    public long MinFreeBytes { get; }

    /// <summary>Bytes free for captures and everything else.</summary>
    public long FreeBytes => new DriveInfo(Root).AvailableFreeSpace;

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
