using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MgCap.Web.Dashboard;

/// <summary>
/// The files of wwwroot as they are served. What pages load has a folder named by the content of all of it, <c>v/…/</c>: it changes with any
/// of them, so a browser keeps them for ever, and what scripts import from one another stays relative. Of the style sheets that a
/// page names one after the other there is one file.
/// </summary>
internal sealed partial class DashboardAssets
{
    private const string Page = ".html";
    private const int VersionBytes = 8;

    private static readonly FrozenDictionary<string, string> _mediaTypes = new Dictionary<string, string>
    {
        [Page] = "text/html",
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, DashboardAsset> _assets;

    private DashboardAssets(Dictionary<string, DashboardAsset> assets) => _assets = assets.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads all files.</summary>
    /// <param name="folder">wwwroot; where there is none, nothing is served.</param>
    /// <exception cref="IOException">They can't be read.</exception>
    internal static DashboardAssets Read(string folder)
    {
        var files = (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
            .Where(path => _mediaTypes.ContainsKey(Path.GetExtension(path)))
            .ToDictionary(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllBytes, StringComparer.Ordinal);
        var version = $"v/{Version(files)}/";
        var assets = new Dictionary<string, DashboardAsset>(StringComparer.Ordinal);
        foreach (var (path, content) in files.Where(file => !IsPage(file.Key)))
        {
            assets[$"/{path}"] = new DashboardAsset(content, MediaTypeOf(path), IsFixed: false);
            assets[$"/{version}{path}"] = new DashboardAsset(content, MediaTypeOf(path), IsFixed: true);
        }

        foreach (var (path, content) in files.Where(file => IsPage(file.Key)))
        {
            var (page, styles) = Link(Encoding.UTF8.GetString(content), version, Path.ChangeExtension(path, ".css"), files);
            assets[$"/{path}"] = new DashboardAsset(Encoding.UTF8.GetBytes(page), MediaTypeOf(path), IsFixed: false, IsPage: true);
            if (styles is not null)
                assets[$"/{version}{Path.ChangeExtension(path, ".css")}"] = new DashboardAsset(styles, "text/css", IsFixed: true);
        }

        if (assets.TryGetValue("/index.html", out var index))
            assets["/"] = index;
        return new DashboardAssets(assets);
    }

    /// <summary>The file at a path; null where there is none.</summary>
    internal DashboardAsset? Find(string? path) => path is null ? null : _assets.GetValueOrDefault(path);

    private static bool IsPage(string path) => Path.GetExtension(path) == Page;

    private static string MediaTypeOf(string path) => _mediaTypes[Path.GetExtension(path)];

    private static string Version(Dictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\n{content.Length}\n"));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, VersionBytes));
    }

    /// <summary>Makes a page name the files by their version, and its style sheets as one.</summary>
    private static (string Page, byte[]? Styles) Link(string page, string version, string stylesName, Dictionary<string, byte[]> files)
    {
        byte[]? styles = null;
        page = StyleSheets().Replace(
            page,
            links =>
            {
                var names = links.Groups["name"].Captures.Select(name => name.Value).ToList();
                if (styles is not null || names.Exists(name => !files.ContainsKey(name)))
                    return links.Value;
                styles = [.. names.SelectMany(name => files[name].Append((byte)'\n'))];
                return $"{links.Groups["indent"].Captures[0].Value}<link rel=\"stylesheet\" href=\"{version}{stylesName}\">\n";
            });
        page = Reference().Replace(page, reference => files.ContainsKey(reference.Groups["path"].Value) ? $"{reference.Groups["attribute"].Value}=\"{version}{reference.Groups["path"].Value}\"" : reference.Value);
        return (page, styles);
    }

    [GeneratedRegex("""(?<indent>[ \t]*)(?:<link rel="stylesheet" href="(?<name>[^"]+)">\s*?\n[ \t]*)*<link rel="stylesheet" href="(?<name>[^"]+)">[ \t]*\n""")]
    private static partial Regex StyleSheets();

    [GeneratedRegex("""\b(?<attribute>href|src)="(?<path>(?!v/)[^":?#]+\.(?:css|js|svg))" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Reference();
}
