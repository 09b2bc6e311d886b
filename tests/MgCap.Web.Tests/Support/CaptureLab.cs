using MgCap.Testing;

namespace MgCap.Web.Tests.Support;

/// <summary>
/// A console at the end of a cable: what a test sends arrives at its interface cap0, and nothing else does. Its data outlives
/// the console, so that another one can be started on them.
/// </summary>
internal sealed class CaptureLab : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CaptureLab(string hint, VethOptions? cable)
    {
        Cable = VethLab.Create(hint, cable);
    }

    public VethLab Cable { get; }

    public ConsoleProcess Console { get; private set; } = null!;

    public ConsoleApi Api { get; private set; } = null!;

    public string DataDirectory { get; private set; } = "";

    /// <summary>Lays the cable and starts the console.</summary>
    /// <param name="hint">A word that tells people whose it is.</param>
    /// <param name="cable">How the cable is to be.</param>
    /// <param name="data">The data directory; null for one of its own.</param>
    /// <param name="arguments">Further arguments of the console.</param>
    public static CaptureLab Create(string hint, VethOptions? cable = null, string? data = null, params string[] arguments)
    {
        var lab = new CaptureLab(hint, cable);
        try
        {
            lab.DataDirectory = data ?? lab._folder.PathOf("data");
            lab.StartConsole(arguments);
            return lab;
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    /// <summary>Starts a console on the same data as the one before, which must have ended.</summary>
    public void StartConsole(params string[] arguments)
    {
        Api?.Dispose();
        Console?.Dispose();
        Console = ConsoleProcess.Start(new ConsoleOptions { Inside = Cable.CaptureSide, DataDirectory = DataDirectory, Arguments = arguments });
        Api = new ConsoleApi(Console);
    }

    /// <summary>The directory of a capture.</summary>
    public string FolderOf(Guid id) => Path.Combine(DataDirectory, "captures", id.ToString());

    /// <summary>Opens a sender at the capture's own end: what it sends goes out of cap0.</summary>
    public FrameSender OpenAnswerer() => new(Cable.CaptureSide, Cable.Options.CaptureName);

    public void Dispose()
    {
        Api?.Dispose();
        Console?.Dispose();
        Cable.Dispose();
        _folder.Dispose();
    }
}
