using System.Text.RegularExpressions;
using MgCap.Testing;
using Microsoft.Playwright;

namespace MgCap.E2E.Tests;

/// <summary>How a <see cref="Dashboard"/> is opened.</summary>
public sealed record DashboardOptions
{
    public int Width { get; init; } = 1440;

    public int Height { get; init; } = 900;

    public ColorScheme Colours { get; init; } = ColorScheme.Light;

    /// <summary>Whether the screen is one for fingers.</summary>
    public bool HasTouch { get; init; }

    /// <summary>The browser's time zone, by its name in the IANA's list; null for the machine's.</summary>
    public string? Zone { get; init; }

    /// <summary>Room for the console's data, in bytes; null for what the machine has.</summary>
    public int? Room { get; init; }

    /// <summary>The page that is opened first.</summary>
    public string Path { get; init; } = "/";

    /// <summary>What is done to the console's data directory before the console starts.</summary>
    public Action<string> Prepare { get; init; } = _ => { };

    /// <summary>How long the console may take to start.</summary>
    public TimeSpan Patience { get; init; } = Wait.Patience;

    /// <summary>Whether the browser comes by nginx, below /mgcap/; <see cref="NginxProxy.SkipReason"/> says where that can't be.</summary>
    public bool BehindNginx { get; init; }

    /// <summary>A script that the browser runs in every page before the page's own; null for none.</summary>
    public string? Script { get; init; }
}

/// <summary>
/// A page of a console that is the story's own: it has just been started for the first time. What people see is found by its
/// data-testid. Owns the console, its data and the browser's profile.
/// </summary>
public sealed partial class Dashboard : IAsyncDisposable
{
    private static readonly string _pictures =
        Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mgcap-story-");
    private readonly BrowserStage _stage;
    private readonly string _name;
    private readonly DashboardOptions _options;
    private readonly NginxProxy? _proxy;
    private IBrowserContext? _profile;
    private IPage? _page;
    private PageWatch? _watch;

    private Dashboard(BrowserStage stage, string name, DashboardOptions options)
    {
        _stage = stage;
        _name = name;
        _options = options;
        options.Prepare(DataDirectory);
        Console = Start(port: null);
        _proxy = options.BehindNginx ? NginxProxy.Start(Console.Address, stage.Lab.CaptureSide) : null;
    }

    /// <summary>The console that serves the page.</summary>
    public ConsoleProcess Console { get; private set; }

    /// <summary>Where the browser finds the console; it ends with a slash.</summary>
    public Uri Address => _proxy?.Address ?? Console.Address;

    public IPage Page => _page!;

    private string DataDirectory => _data.CreateSubdirectory("data").FullName;

    public PageWatch Watch => _watch!;

    public VethLab Lab => _stage.Lab;

    /// <summary>The interface where frames arrive.</summary>
    public string Interface => Lab.Options.CaptureName;

    public ILocator Connection => Part("connection");

    /// <summary>The card of the one running capture.</summary>
    public ILocator Card => Part("running-card");

    /// <summary>The row of the one finished capture.</summary>
    public ILocator Row => Part("finished-row");

    public static async Task<Dashboard> OpenAsync(BrowserStage stage, string name, DashboardOptions options)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(options);
        var dashboard = new Dashboard(stage, name, options);
        try
        {
            await dashboard.OpenPageAsync();
            return dashboard;
        }
        catch
        {
            await dashboard.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the page calls so.</summary>
    public ILocator Part(string testId) => Page.GetByTestId(testId);

    /// <summary>The row of an interface in the table.</summary>
    public ILocator InterfaceRow(string name) => Part("interface-row").Filter(new LocatorFilterOptions
    {
        Has = Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true }),
    });

    public static ILocatorAssertions Expect(ILocator part) => Assertions.Expect(part);

    /// <summary>Chooses the interface where frames arrive, and starts a capture with the form as it stands.</summary>
    public async Task StartCaptureAsync()
    {
        await InterfaceRow(Interface).ClickAsync();
        await Part("start-submit").ClickAsync();
        await Expect(Card.GetByTestId("state")).ToHaveTextAsync("running");
    }

    /// <summary>Clicks on a download and keeps what comes.</summary>
    public async Task<string> DownloadAsync(ILocator link)
    {
        ArgumentNullException.ThrowIfNull(link);
        var download = await Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        Assert.Matches(FileName(), download.SuggestedFilename);
        var path = Path.Combine(_data.FullName, download.SuggestedFilename);
        await download.SaveAsAsync(path);
        return path;
    }

    /// <summary>Starts the console again, after it has ended, where it was and with what it had.</summary>
    public void StartConsoleAgain()
    {
        Console.Dispose();
        Console = Start(Console.Address.Port);
    }

    /// <summary>Leaves a picture for people to look at: of the whole page, or of as much of it as the window shows.</summary>
    public Task PictureAsync(string moment, bool whole = true) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(_pictures, $"{_name}-{moment}.png"),
        FullPage = whole,
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_profile is not null)
            await _profile.CloseAsync();
        _proxy?.Dispose();
        Console.Dispose();
        _data.Delete(recursive: true);
    }

    private ConsoleProcess Start(int? port)
    {
        var data = DataDirectory;
        return ConsoleProcess.Start(new ConsoleOptions
        {
            Inside = _stage.Lab.CaptureSide,
            OnPort = true,
            Port = port,
            DataDirectory = data,
            Patience = _options.Patience,
            // Whose clients a proxy's are is not known by the connection.
            Arguments = _options.BehindNginx ? ["--MgCap:Security:AllowInsecure=true"] : [],
            // ip(8) has given the console mounts of its own: this one goes with it.
            Prefix = _options.Room is { } room
                ? ["sh", "-c", $"mount -t tmpfs -o size={room},mode=0700 mgcap \"$0\" && exec \"$@\"", data]
                : [],
        });
    }

    private async Task OpenPageAsync()
    {
        _profile = await _stage.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            ColorScheme = _options.Colours,
            HasTouch = _options.HasTouch,
            TimezoneId = _options.Zone,
            ViewportSize = new ViewportSize { Width = _options.Width, Height = _options.Height },
        });
        _profile.SetDefaultTimeout((float)Wait.Patience.TotalMilliseconds);
        if (_options.Script is { } script)
            await _profile.AddInitScriptAsync(scriptPath: script);
        _page = await _profile.NewPageAsync();
        _watch = new PageWatch(_page, Address);
        await _page.GotoAsync(new Uri(Address, _options.Path.TrimStart('/')).ToString());
    }

    [GeneratedRegex(@"^[\w.-]+\.pcap(ng)?(\.gz|\.zst)?$")]
    private static partial Regex FileName();
}
