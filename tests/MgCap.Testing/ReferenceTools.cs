using System.ComponentModel;
using System.Diagnostics;

namespace MgCap.Testing;

/// <summary>The programs that judge what MgCap writes. Where one is missing the test fails: no judgement is no pass.</summary>
public static class ReferenceTools
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs tshark(1).</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="JudgeException">It failed, is not installed or did not end.</exception>
    public static string Tshark(params string[] arguments) => Run("tshark", arguments);

    /// <summary>Runs capinfos(1).</summary>
    /// <inheritdoc cref="Tshark"/>
    public static string Capinfos(params string[] arguments) => Run("capinfos", arguments);

    /// <summary>Runs tcpdump(8).</summary>
    /// <inheritdoc cref="Tshark"/>
    public static string Tcpdump(params string[] arguments) => Run("tcpdump", arguments);

    private static string Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new JudgeException($"{program} did not end within {_patience.TotalSeconds} s");
        }

        if (process.ExitCode != 0)
        {
            throw new JudgeException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}: "
                + errors.GetAwaiter().GetResult());
        }

        return output.GetAwaiter().GetResult();
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new JudgeException($"{start.FileName} could not be started, so there is no judgement: {missing.Message}");
        }
    }
}

/// <summary>A judge found against what it was shown, or could not judge.</summary>
public sealed class JudgeException(string message) : Exception(message);
