using System.Runtime.CompilerServices;
using MgCap.Testing;
using Microsoft.Playwright;

namespace MgCap.E2E.Tests;

/// <summary>Stories of captures that run share one browser, and so are told one after the other.</summary>
[CollectionDefinition(nameof(BrowserStage))]
public sealed class BrowserStageDefinition : ICollectionFixture<BrowserStage>;

/// <summary>Stories of captures that have ended have a stage of their own: they are told beside the others.</summary>
[CollectionDefinition(nameof(ReadingStage))]
public sealed class ReadingStage : ICollectionFixture<BrowserStage>;

/// <summary>
/// Where the stories are told: a cable between two namespaces, and Debian's Chromium in the one where frames arrive. Consoles run
/// there too, so that pages show the same few interfaces on every machine, and nothing that a page asks for can come from
/// elsewhere.
/// </summary>
public sealed class BrowserStage : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const int Queues = 4;

    private static readonly string[] _arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("mgcap-browser-");
    private VethLab? _lab;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>What the stories need and this machine lacks; null where it lacks nothing.</summary>
    public static string? Missing { get; } =
        !File.Exists(Chromium) ? $"there is no {Chromium}; Debian's package is chromium"
        : Root.SkipReason;

    /// <summary>The cable; consoles run at <see cref="VethLab.CaptureSide"/>.</summary>
    public VethLab Lab => _lab ?? throw new InvalidOperationException(Missing);

    /// <summary>The browser, at <see cref="VethLab.CaptureSide"/>.</summary>
    public IBrowser Browser => _browser ?? throw new InvalidOperationException(Missing);

    /// <summary>
    /// Tells a story at a page that has just been opened; fails if the story does, or if anything went wrong beside it.
    /// </summary>
    /// <param name="story">The story.</param>
    /// <param name="options">How the page is opened.</param>
    /// <param name="name">What its screenshots are called by.</param>
    public async Task TellAsync(
        Func<Dashboard, Task> story, DashboardOptions? options = null, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(story);
        await using var dashboard = await Dashboard.OpenAsync(this, name, options ?? new DashboardOptions());
        try
        {
            await story(dashboard);
            dashboard.Watch.AssertAllWell();
        }
        catch (Exception failure)
        {
            var picture = await TryPictureAsync(dashboard);
            throw new StoryException(
                $"{failure.Message}\n\n{picture}\n\nThe browser's troubles:\n{dashboard.Watch}\n\nThe console's output:\n{dashboard.Console.Output}",
                failure);
        }
    }

    /// <summary>A page that could not be loaded has no picture now and then; that must not hide what failed.</summary>
    private static async Task<string> TryPictureAsync(Dashboard dashboard)
    {
        try
        {
            await dashboard.PictureAsync("failed");
            return "There is a picture of it.";
        }
        catch (PlaywrightException exception)
        {
            return $"There is no picture of it: {exception.Message}";
        }
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        _lab = VethLab.Create("browser", new VethOptions { Queues = Queues });
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = WriteLauncher(_lab.CaptureSide),
            Args = _arguments,
            Timeout = (float)TimeSpan.FromSeconds(60).TotalMilliseconds,
        });
        Assertions.SetDefaultExpectTimeout((float)Wait.Patience.TotalMilliseconds);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        _lab?.Dispose();
        _temporary.Delete(recursive: true);
    }

    /// <summary>Playwright starts one file with its own arguments: this one, which goes into the namespace first.</summary>
    private string WriteLauncher(NetworkNamespace side)
    {
        var path = Path.Combine(_temporary.FullName, "chromium");
        File.WriteAllText(path, $"#!/bin/sh\nexec {string.Join(' ', side.Command(Chromium))} \"$@\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}

/// <summary>A story that did not go as told, with what the browser and the console said meanwhile.</summary>
public sealed class StoryException(string message, Exception inner) : Exception(message, inner);
