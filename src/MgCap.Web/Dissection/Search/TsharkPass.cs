using System.Diagnostics;
using System.IO.Pipes;
using MgCap.Capture.Storage;
using MgCap.Linux;
using MgCap.Web.Helpers;

namespace MgCap.Web.Dissection.Search;

/// <summary>
/// One tshark(1) that reads a capture from its first packet on and writes the rows that a display filter lets through. It is asked as
/// people ask it, so what fields draw from earlier packets (streams, numbers, times, reassembly) is what they see: it reads each
/// packet once, and knows nothing of later ones.
/// </summary>
internal sealed class TsharkPass : IDisposable
{
    private const long MaxMemory = 2L * 1024 * 1024 * 1024;
    private const int MaxProcessorSeconds = 3600;
    private const int PieceLength = 64 * 1024;

    // Behind those that dissect what is looked at.
    private const int BehindLists = 5;

    // What was written to tshark may lie in the pipe (64 KiB) and in its own buffers; a multiple of both.
    private const long Margin = 256 * 1024;

    private readonly CaptureIndex _index;
    private readonly Process _process;
    private readonly Stream _output;
    private readonly ErrorTail _errors;
    private long _fed;
    private volatile bool _waiting;
    private long _reads;

    /// <summary>Starts the program.</summary>
    /// <exception cref="IOException">It can't be started, or the capture can't be read.</exception>
    internal TsharkPass(CaptureIndex index, DisplayFilter filter)
    {
        _index = index;
        var capture = index.Files.Open(0, index.Length);
        try
        {
            _process = HelperSandbox.Start(new HelperProgram("tshark", ["-r", "-", "-l", "-t", "e", "-T", "psml", "-o", $"gui.column.format:{PsmlReader.Columns}", "-Y", filter.Text])
            {
                Memory = MaxMemory,
                ProcessorSeconds = MaxProcessorSeconds,
                Nice = BehindLists,
                Zone = filter.Zone,
            });
        }
        catch
        {
            capture.Dispose();
            throw;
        }

        _output = _process.StandardOutput.BaseStream;
        _errors = new ErrorTail(_process.StandardError.BaseStream);
        new Thread(() => Feed(capture)) { Name = "display feed", IsBackground = true }.Start();
    }

    /// <summary>The last line that it wrote to standard error that says something; null before the first.</summary>
    internal string? Error => _errors.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(line => line.StartsWith("tshark: ", StringComparison.Ordinal)) ?? _errors.LastLine;

    /// <summary>Bytes of the capture that it was given.</summary>
    internal long Fed => Interlocked.Read(ref _fed);

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

    /// <summary>Waits for output.</summary>
    /// <returns>0 at its end.</returns>
    internal int Read(byte[] buffer)
    {
        _waiting = true;
        try
        {
            return _output.Read(buffer);
        }
        catch (IOException)
        {
            return 0;
        }
        finally
        {
            Interlocked.Increment(ref _reads);
            _waiting = false;
        }
    }

    /// <summary>Packets that it has surely been through, with everything that it wrote about them already returned by <see cref="Read"/>; null where that can't be told now.</summary>
    internal long? PacketsDone()
    {
        var reads = Interlocked.Read(ref _reads);
        var bytes = Fed - Margin;
        if (!_waiting || _output is not AnonymousPipeClientStream output)
            return null;
        try
        {
            if (PipeContent.Bytes(output.SafePipeHandle) > 0 || !_waiting || Interlocked.Read(ref _reads) != reads)
                return null;
        }
        catch (Exception exception) when (exception is LinuxException or ObjectDisposedException)
        {
            return null;
        }

        return PacketsBefore(bytes);
    }

    /// <summary>Waits for the end of a program whose output has ended.</summary>
    /// <returns>Its exit code; more than 128 for a signal.</returns>
    internal int Finish()
    {
        _process.WaitForExit();
        _errors.WaitForEnd(TimeSpan.FromSeconds(1));
        return _process.ExitCode;
    }

    /// <summary>Ends it.</summary>
    internal void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>Ends it and frees what it held.</summary>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private long PacketsBefore(long bytes)
    {
        var (low, high) = (0, _index.Entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_index.Entries[middle].End <= bytes)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? 0 : _index.Entries[low - 1].EndPacket;
    }

    private void Feed(CaptureFileStream capture)
    {
        var piece = new byte[PieceLength];
        try
        {
            using (capture)
            using (var input = _process.StandardInput.BaseStream)
            {
                while (capture.Read(piece) is var read and > 0)
                {
                    input.Write(piece, 0, read);
                    Interlocked.Add(ref _fed, read);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The program has ended, and its exit code says how.
        }
    }
}
