using System.Text;

namespace MgCap.Web.Helpers;

/// <summary>
/// Reads what a program writes to its standard error, so that it never waits, and keeps the end of it. Any bytes are text: what is no
/// UTF-8 becomes U+FFFD.
/// </summary>
public sealed class ErrorTail
{
    private const int MaxKept = 4096;

    private readonly byte[] _kept = new byte[MaxKept];
    private readonly Lock _lock = new();
    private readonly Task _reading;
    private int _length;

    /// <summary>Begins to read.</summary>
    /// <param name="errors">The stream; it ends with the program.</param>
    public ErrorTail(Stream errors) => _reading = ReadAsync(errors);

    /// <summary>The end of what was written so far, without the white space around it; at most 4 KiB.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
                return Encoding.UTF8.GetString(_kept, 0, _length).Trim();
        }
    }

    /// <summary>The last line that was written so far; null where there is none.</summary>
    public string? LastLine => Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();

    /// <summary>Waits until the program has closed the stream.</summary>
    public bool WaitForEnd(TimeSpan time) => _reading.Wait(time);

    private async Task ReadAsync(Stream errors)
    {
        var buffer = new byte[MaxKept];
        try
        {
            while (await errors.ReadAsync(buffer) is var read and > 0)
                Add(buffer.AsSpan(0, read));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program has ended.
        }
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var keep = Math.Min(_length, MaxKept - bytes.Length);
            _kept.AsSpan(_length - keep, keep).CopyTo(_kept);
            bytes.CopyTo(_kept.AsSpan(keep));
            _length = keep + bytes.Length;
        }
    }
}
