using System.Text;
using MgCap.Capture;
using MgCap.Linux;

namespace MgCap.Cli;

/// <summary>
/// Standard output and standard error. What is said on standard error is not worth a capture: where it can't be written it is dropped.
/// What is asked for on standard output is written, or the program fails. Neither has control characters (<see cref="VisibleText"/>).
/// </summary>
internal static class Streams
{
    private static readonly PrintableWriter _messages = new(new MessageStream(StandardDescriptor.Error));

    /// <summary>Whether a person at a terminal reads standard error.</summary>
    internal static bool IsTerminal { get; } = StandardDescriptor.IsTerminal(StandardDescriptor.Error);

    /// <summary>Puts them into the place of .NET's, for the whole program. To be called first of all.</summary>
    internal static void Install()
    {
        StandardDescriptor.Protect();
        Console.SetError(_messages);
        Console.SetOut(new PrintableWriter(OutputStream.Standard()));
    }

    /// <summary>Shows a line in the place of the one that the cursor is in; an empty one clears it.</summary>
    internal static void ShowStatus(string line) => _messages.WriteRaw($"\r{VisibleText.Of(line)}\e[K");

    private sealed class PrintableWriter(Stream stream) : TextWriter
    {
        private readonly Lock _lock = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write([value]);

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer) => WriteRaw(VisibleText.OfLines(buffer.ToString()));

        public override void Write(string? value) => WriteRaw(VisibleText.OfLines(value ?? ""));

        // At once, so that lines of several processes do not mix.
        public override void WriteLine(string? value) => WriteRaw(VisibleText.OfLines(value ?? "") + "\n");

        internal void WriteRaw(string text)
        {
            try
            {
                lock (_lock)
                    stream.Write(Encoding.UTF8.GetBytes(text));
            }
            catch (LinuxException exception) when (exception.Errno == Errno.EPIPE)
            {
                // The reader has what it wanted, as head(1).
            }
        }
    }
}
