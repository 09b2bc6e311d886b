using MgCap.Capture;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;
using MgCap.Capture.Storage;
using MgCap.Linux;
using Microsoft.Win32.SafeHandles;

namespace MgCap.Cli;

/// <summary>Where <c>mgcap dump</c> writes: a file, files, a pipe or device, or standard output.</summary>
/// <param name="file">What -w names; null without -w.</param>
/// <param name="rotation">When a new file begins; null where there is one.</param>
/// <param name="form">In which format.</param>
/// <param name="names">Is told of files that begin and end.</param>
internal sealed class DumpOutput(string? file, Rotation? rotation, PacketForm form, FileNames names)
{
    private const int MaxNumbers = 10_000;
    private const string Default = "output";

    private readonly string _extension = form == PacketForm.Pcap ? ".pcap" : ".pcapng";

    private static readonly string[] _standardOutput = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    /// <summary>The name of the file, or of the first file, once it is open.</summary>
    internal string Name { get; private set; } = file ?? "";

    /// <summary>Whether the capture goes to standard output, and everything else to standard error.</summary>
    internal bool IsStandardOutput { get; } = _standardOutput.Contains(file);

    /// <summary>Whether a reader decides how fast it is written.</summary>
    internal bool IsStream { get; private set; }

    /// <summary>Opens it. A file that is there is emptied, which is why a capture does this last of all.</summary>
    /// <param name="stop">Ends waiting for a pipe's reader.</param>
    internal ICaptureSink Open(CancellationToken stop)
    {
        if (rotation is not null)
            return new RotatingFileSink(OpenNumbered, rotation.Files, names.Ended);
        if (IsStandardOutput)
            return Stream(OutputStream.Standard());
        var opened = file is null ? CreateNew() : OutputFile.Open(file, stop);
        return FileStatus.Of(opened).IsRegular ? new FileSink(opened, Name, form) : Stream(new OutputStream(opened, Name));
    }

    private StreamSink Stream(OutputStream stream)
    {
        IsStream = true;
        return new StreamSink(stream, form);
    }

    private FileSink OpenNumbered(int number)
    {
        var name = FileNames.Numbered(file ?? $"{Default}{_extension}", number);
        var sink = new FileSink(OutputFile.Open(name), name, form);
        if (number == 1)
            Name = name;
        else
            names.Begun(name);
        return sink;
    }

    /// <summary>A name of its own: what somebody did not name must not destroy what is there.</summary>
    private SafeFileHandle CreateNew()
    {
        for (var number = 1; number <= MaxNumbers; number++)
        {
            Name = number == 1 ? $"{Default}{_extension}" : $"{Default}-{number}{_extension}";
            if (OutputFile.TryCreate(Name) is { } created)
                return created;
        }

        throw new IOException($"{Default}{_extension} to {Name} are there already; give a name with -w");
    }
}
