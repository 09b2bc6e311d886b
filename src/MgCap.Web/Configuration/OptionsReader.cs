using System.Globalization;
using MgCap.Capture.Storage;

namespace MgCap.Web.Configuration;

/// <summary>Reads and checks the section <c>MgCap</c> once, at start.</summary>
public sealed class OptionsReader
{
    private const string None = "none", Zstd = "zstd";
    private const int MinInterval = 50;
    private const int MaxInterval = 60_000;
    private const double MaxAge = 36_500;
    private const double MinSync = 0.1;
    private const double MaxSync = 3600;
    private const int MaxCaptures = 1000;
    private const int MinConnections = 8;
    private const int MaxConnections = 10_000;

    private readonly IConfigurationSection _section;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    private OptionsReader(IConfiguration configuration) => _section = configuration.GetSection(MgCapOptions.Section);

    /// <summary>The options, all of them good.</summary>
    /// <exception cref="ConfigurationException">One of them is not.</exception>
    public static MgCapOptions Read(IConfiguration configuration)
    {
        var reader = new OptionsReader(configuration);
        var options = new MgCapOptions();
        options.DataDirectory = reader.Read("DataDirectory", options.DataDirectory, Path.IsPathRooted, "an absolute path");
        var retention = options.Retention;
        retention.MaxBytes = reader.Read("Retention:MaxBytes", retention.MaxBytes, bytes => bytes >= 0, "0 (no limit) or more bytes");
        retention.MaxAgeDays = reader.Read("Retention:MaxAgeDays", retention.MaxAgeDays, days => days is >= 0 and <= MaxAge, $"0 (no limit) to {MaxAge} days");
        retention.FreeBytes = reader.Read("Retention:FreeBytes", retention.FreeBytes, bytes => bytes >= 0, "0 (no limit) or more bytes");
        var minFreeBytes = reader.Read("Retention:MinFreeBytes", 0L, bytes => bytes >= 0, "0 or more bytes");
        retention.MinFreeBytes = reader.Has("Retention:MinFreeBytes") ? minFreeBytes : null;
        options.Storage.SyncSeconds = reader.Read(
            "Storage:SyncSeconds", options.Storage.SyncSeconds, seconds => seconds is 0 or (>= MinSync and <= MaxSync), $"0 (left to the system) or {MinSync} to {MaxSync} seconds");
        options.Storage.Compression = reader.Read("Storage:Compression", None, name => name is None or Zstd, $"{None} or {Zstd}") == Zstd ? CaptureCompression.Zstd : CaptureCompression.None;
        options.Filters.ResolveNames = reader.Read("Filters:ResolveNames", options.Filters.ResolveNames, _ => true, "true or false");
        options.Live.SampleIntervalMs = reader.Read(
            "Live:SampleIntervalMs",
            options.Live.SampleIntervalMs,
            interval => interval is >= MinInterval and <= MaxInterval,
            $"{MinInterval} to {MaxInterval} milliseconds");
        var limits = options.Limits;
        limits.MaxCaptures = reader.Read("Limits:MaxCaptures", limits.MaxCaptures, captures => captures is >= 1 and <= MaxCaptures, $"1 to {MaxCaptures} captures");
        limits.MaxConnections = reader.Read(
            "Limits:MaxConnections",
            limits.MaxConnections,
            connections => connections is >= MinConnections and <= MaxConnections,
            $"{MinConnections} to {MaxConnections} connections");
        options.Security.AllowInsecure = reader.Read("Security:AllowInsecure", options.Security.AllowInsecure, _ => true, "true or false");
        options.Security.Group = reader.Read("Security:Group", options.Security.Group, name => name.Length > 0, "a group's name");
        options.Proxies = reader.Read("Proxies", options.Proxies, ReverseProxy.IsValid, ReverseProxy.Allowed);
        reader.RefuseOthers();
        return options;
    }

    private bool Has(string name) => _section[name] is not null;

    private T Read<T>(string name, T otherwise, Predicate<T> good, string allowed)
        where T : IParsable<T>
    {
        _names.Add(name);
        var value = otherwise;
        if (_section[name] is { } text && !T.TryParse(text, CultureInfo.InvariantCulture, out value))
            throw Refused(name, text, allowed);
        return good(value) ? value : throw Refused(name, _section[name] ?? value.ToString(), allowed);
    }

    /// <summary>A name that was mistyped is not to go unnoticed.</summary>
    private void RefuseOthers()
    {
        foreach (var (name, value) in _section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !_names.Contains(name))
                throw Refused(name, value, $"no option of this name, but {string.Join(", ", _names)}");
        }
    }

    private static ConfigurationException Refused(string name, string? value, string allowed) => new($"{MgCapOptions.Section}:{name} is {value}; allowed is {allowed}");
}
