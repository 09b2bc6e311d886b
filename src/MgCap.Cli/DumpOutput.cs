using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;
using MgCap.Linux;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Cli;

/// <summary>Where <c>mgcap dump</c> writes: a file, a pipe or device, or standard output.</summary>
/// <param name="file">What -w names; null without -w.</param>
internal sealed class DumpOutput(string? file)
{
    private const int MaxNumbers = 10_000;

    private static readonly string[] _standardOutput = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    /// <summary>The file's name; of a file without -w, once it is open.</summary>
    internal string Name { get; private set; } = file ?? "";

    /// <summary>Whether the capture goes to standard output, and everything else to standard error.</summary>
    internal bool IsStandardOutput { get; } = _standardOutput.Contains(file);

    /// <summary>Whether a reader decides how fast it is written.</summary>
    internal bool IsStream { get; private set; }

    /// <summary>Opens it. A file that is there is emptied, which is why a capture does this last of all.</summary>
    /// <param name="stop">Ends waiting for a pipe's reader.</param>
    internal ICaptureSink Open(CancellationToken stop)
    {
        if (IsStandardOutput)
            return Stream(OutputStream.Standard());
        var opened = file is null ? CreateNew() : OutputFile.Open(file, stop);
        return FileStatus.Of(opened).IsRegular ? new FileSink(opened, Name) : Stream(new OutputStream(opened, Name));
    }

    private StreamSink Stream(OutputStream stream)
    {
        IsStream = true;
        return new StreamSink(stream);
    }

    /// <summary>A name of its own: what somebody did not name must not destroy what is there.</summary>
    private SafeFileHandle CreateNew()
    {
        for (var number = 1; number <= MaxNumbers; number++)
        {
            Name = number == 1 ? "output.pcapng" : $"output-{number}.pcapng";
            if (OutputFile.TryCreate(Name) is { } created)
                return created;
        }

        throw new IOException($"output.pcapng to {Name} are there already; give a name with -w");
    }
}
