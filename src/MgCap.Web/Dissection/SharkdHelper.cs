using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MgCap.Web.Helpers;

namespace MgCap.Web.Dissection;

/// <summary>A helper that crashed, hung or said what it should not: it is done with, and another one may be tried.</summary>
public sealed class SharkdFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An answer that can't be read. The helper has said it to its end and can be asked for other things.</summary>
public sealed class SharkdAnswerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What sharkd refuses, with its message.</summary>
public sealed class SharkdRefusedException(string message) : Exception(message);

/// <summary>
/// A sharkd process: asked in JSON-RPC, a line each way (doc/sharkd in Wireshark's sources; version 4.0). Used by one thread at a
/// time. It is given so long for an answer and so much to say; a helper that fails is killed.
/// </summary>
internal sealed class SharkdHelper : IDisposable
{
    /// <summary>The longest line that sharkd reads whole, in bytes.</summary>
    internal const int MaxRequestLength = 2000;

    /// <summary>Processor time after which the kernel ends a helper, in seconds.</summary>
    internal const int MaxProcessorSeconds = 120;

    private const long MaxMemory = 1024L * 1024 * 1024;
    private const string SliceName = "slice.pcapng";
    private const int MaxAnswerLength = 32 * 1024 * 1024;
    private const int FirstBufferLength = 64 * 1024;
    private const UnixFileMode ReadableByAll = (UnixFileMode)0b111_101_101;

    // Below this depth trees are sharkd's own doing with packets made to that end.
    private const int DeepestAnswer = 4096;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _directory;
    private readonly Process _process;
    private readonly ErrorTail _errors;
    private byte[] _buffer = new byte[FirstBufferLength];
    private int _filled;
    private int _id;

    /// <summary>Starts a helper.</summary>
    /// <param name="directory">Its own directory, which is made.</param>
    /// <param name="zone">The time zone of times that name none, and of those that it shows, for its whole life.</param>
    /// <exception cref="SharkdFailedException">It does not start.</exception>
    internal SharkdHelper(string directory, string zone)
    {
        Zone = zone;
        _directory = directory;
        try
        {
            Directory.CreateDirectory(directory, ReadableByAll);
            _process = HelperSandbox.Start(
                new HelperProgram("sharkd", ["-"]) { Directory = directory, Zone = zone, Memory = MaxMemory, ProcessorSeconds = MaxProcessorSeconds });
            _errors = new ErrorTail(_process.StandardError.BaseStream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SharkdFailedException($"sharkd can't be started: {exception.Message}", exception);
        }
    }

    /// <summary>Its time zone.</summary>
    internal string Zone { get; }

    /// <summary>The slice that it has loaded; null before the first.</summary>
    internal PacketSlice? Slice { get; private set; }

    /// <summary>The last line that it wrote to standard error; null before the first.</summary>
    internal string? LastError => _errors.LastLine;

    /// <summary>Processor time that it has used.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            try
            {
                return _process.TotalProcessorTime;
            }
            catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended, perhaps just now.
                return TimeSpan.Zero;
            }
        }
    }

    /// <summary>Slices that it has loaded so far.</summary>
    internal int Loads { get; private set; }

    /// <summary>Loads a slice in the place of the one before.</summary>
    /// <exception cref="SharkdFailedException">The helper failed, or there is no room for the slice.</exception>
    internal void Load(PacketSlice slice)
    {
        Slice = null;
        var path = Path.Combine(_directory, SliceName);
        try
        {
            // A new file: the helper still has the one before open.
            File.Delete(path);
            using var part = slice.Open();
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            part.CopyTo(file);
        }
        catch (IOException exception)
        {
            throw new SharkdFailedException($"sharkd can't be given its packets: {exception.Message}", exception);
        }

        Ask("load", new JsonObject { ["file"] = SliceName }).Dispose();
        Loads++;
        Slice = slice;
    }

    /// <summary>Asks for something.</summary>
    /// <returns>The answer; its <c>result</c> is there.</returns>
    /// <exception cref="SharkdRefusedException">sharkd takes the request for wrong, and says why.</exception>
    /// <exception cref="SharkdAnswerException">The answer can't be read.</exception>
    /// <exception cref="SharkdFailedException">The helper failed.</exception>
    internal JsonDocument Ask(string method, JsonObject? parameters = null)
    {
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = ++_id, ["method"] = method };
        if (parameters is not null)
            request["params"] = parameters;
        var line = Exchange(Encoding.UTF8.GetBytes(request.ToJsonString(_json) + "\n"));
        JsonDocument answer;
        try
        {
            answer = LenientJson.Parse(line, DeepestAnswer);
        }
        catch (JsonException exception)
        {
            throw new SharkdAnswerException("sharkd wrote what is no JSON", exception);
        }

        if (answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("result", out _))
            return answer;
        using (answer)
        {
            throw answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message)
                ? new SharkdRefusedException(LenientJson.Text(message))
                : Failed("sharkd gave neither a result nor an error");
        }
    }

    /// <summary>Ends the process and removes its directory.</summary>
    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _process.WaitForExit();
        _process.Dispose();
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (IOException)
        {
            // The next start of the console clears up.
        }
    }

    /// <summary>Sends a line and waits for one. Who does not answer in time is killed, which ends the wait.</summary>
    private ReadOnlyMemory<byte> Exchange(byte[] request)
    {
        if (request.Length > MaxRequestLength)
            throw new ArgumentException($"sharkd reads {MaxRequestLength} bytes, not {request.Length}", nameof(request));
        using var timer = new Timer(_ => Kill(), null, _patience, Timeout.InfiniteTimeSpan);
        try
        {
            _filled = 0;
            _process.StandardInput.BaseStream.Write(request);
            _process.StandardInput.BaseStream.Flush();
            while (true)
            {
                var read = _process.StandardOutput.BaseStream.Read(_buffer, _filled, _buffer.Length - _filled);
                if (read == 0)
                    throw Failed("sharkd has ended, or did not answer in time");
                _filled += read;
                if (_buffer[_filled - 1] == '\n')
                    return _buffer.AsMemory(0, _filled - 1);
                if (_filled == MaxAnswerLength)
                    throw Failed($"sharkd said more than {MaxAnswerLength} bytes");
                if (_filled == _buffer.Length)
                    Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, MaxAnswerLength));
            }
        }
        catch (IOException exception)
        {
            throw Failed("sharkd has ended", exception);
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended just now.
        }
    }

    private SharkdFailedException Failed(string how, Exception? inner = null)
    {
        Kill();
        return new SharkdFailedException(how, inner);
    }
}
