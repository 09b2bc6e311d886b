using System.Buffers;
using MgCap.Capture;
using MgCap.Capture.Live;
using MgCap.Capture.Pcapng;
using MgCap.Linux;

namespace MgCap.Cli;

/// <summary>What <c>mgcap dump --live</c> writes to standard output beside its file.</summary>
internal static class LiveOutput
{
    /// <summary>Writes what is captured until the capture ends, or the reader of standard output goes: the capture goes on without it.</summary>
    internal static Task WriteAsync(CaptureSession session, PacketForm form) => Task.Factory.StartNew(() => Write(session, form), TaskCreationOptions.LongRunning);

    private static void Write(CaptureSession session, PacketForm form)
    {
        if (new LiveFeed(session).Open() is not { } reader)
            return;
        using var live = new LiveStream(reader, form, null);
        using var output = OutputStream.Standard();
        var piece = new ArrayBufferWriter<byte>();
        try
        {
            while (live.ReadAsync(piece, CancellationToken.None).GetAwaiter().GetResult())
            {
                output.Write(piece.WrittenSpan);
                output.Flush();
                piece.ResetWrittenCount();
            }
        }
        catch (LinuxException exception) when (exception.Errno == Errno.EPIPE)
        {
            // The reader has seen enough.
        }
    }
}
