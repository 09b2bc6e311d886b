namespace MgCap.Web.Helpers;

/// <summary>A program to run with few rights, and what it is allowed.</summary>
/// <param name="Name">The program, by its path, or looked for in <see cref="HelperSandbox.SearchPath"/>.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record HelperProgram(string Name, IReadOnlyList<string> Arguments)
{
    /// <summary>Its working directory, which it can read even where no other user reaches it.</summary>
    public string Directory { get; init; } = "/";

    /// <summary>Files and folders that it can read, beside system libraries and its own directory.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Its time zone, a name that was checked.</summary>
    public string Zone { get; init; } = "UTC";

    /// <summary>Most memory, in bytes of address space.</summary>
    public required long Memory { get; init; }

    /// <summary>Processor time after which the kernel ends it, in seconds.</summary>
    public required int ProcessorSeconds { get; init; }

    /// <summary>Files that it may have open at the same time.</summary>
    public int Files { get; init; } = 64;

    /// <summary>Further environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it begins with the console's rights, and takes them away from itself (<see cref="MgCap.Linux.Sandbox.ProcessSandbox"/>).</summary>
    public bool ConfinesItself { get; init; }

    /// <summary>What is added to its nice value, on top of that of the thread that starts it.</summary>
    public int Nice { get; init; }
}
