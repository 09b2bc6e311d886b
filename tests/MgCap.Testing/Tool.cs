using System.Diagnostics;

namespace MgCap.Testing;

/// <summary>Runs other programs to their end.</summary>
public static class Tool
{
    /// <summary>Runs a program and returns what it wrote to standard output.</summary>
    /// <exception cref="ToolException">When it ended with another exit code than 0; the message holds its standard error.</exception>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start) ?? throw new ToolException($"{program} did not start");
        process.StandardInput.Close();
        // Both at once: a program that fills one pipe while the other is being read would wait for ever.
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new ToolException($"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult().Trim()}");
        return output;
    }
}

/// <summary>A program that could not do what was asked of it.</summary>
public sealed class ToolException(string message) : Exception(message);
