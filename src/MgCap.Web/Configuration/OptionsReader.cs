namespace MgCap.Web.Configuration;

/// <summary>Reads and checks the configuration once, at start.</summary>
public static class OptionsReader
{
    private const int ShortestInterval = 50;
    private const int LongestInterval = 60_000;
    private const double LongestAge = 36_500;

    /// <summary>The options, all of them good.</summary>
    /// <exception cref="ConfigurationException">One of them is not.</exception>
    public static MgCapOptions Read(IConfiguration configuration)
    {
        var options = new MgCapOptions();
        try
        {
            configuration.GetSection(MgCapOptions.Section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception)
        {
            throw new ConfigurationException($"{MgCapOptions.Section}: {(exception.InnerException ?? exception).Message}", exception);
        }

        Require(options.DataDirectory != "" && Path.IsPathRooted(options.DataDirectory), "DataDirectory", options.DataDirectory, "an absolute path");
        Require(options.Retention.MaxBytes >= 0, "Retention:MaxBytes", options.Retention.MaxBytes, "0 (no limit) or more bytes");
        Require(options.Retention.MaxAgeDays is >= 0 and <= LongestAge, "Retention:MaxAgeDays", options.Retention.MaxAgeDays, $"0 (no limit) to {LongestAge} days");
        Require(options.Retention.MinFreeBytes is null or >= 0, "Retention:MinFreeBytes", options.Retention.MinFreeBytes, "0 or more bytes");
        Require(
            options.Live.SampleIntervalMs is >= ShortestInterval and <= LongestInterval,
            "Live:SampleIntervalMs",
            options.Live.SampleIntervalMs,
            $"{ShortestInterval} to {LongestInterval} milliseconds");
        return options;
    }

    private static void Require(bool good, string name, object? value, string allowed)
    {
        if (!good)
            throw new ConfigurationException($"{MgCapOptions.Section}:{name} is {value}; allowed is {allowed}");
    }
}
