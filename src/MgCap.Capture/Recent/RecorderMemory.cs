using MgCap.Linux;

namespace MgCap.Capture.Recent;

/// <summary>What a recorder may take of the machine's memory.</summary>
internal static class RecorderMemory
{
    private const double MostOfWhatIsFree = 0.8;
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Looks whether there is so much memory now; it is taken as packets come.</summary>
    /// <exception cref="CaptureRefusedException">recorder_too_large.</exception>
    internal static void Require(RecorderSettings recorder)
    {
        var most = (long)(MachineMemory.Available() * MostOfWhatIsFree);
        if (recorder.Bytes > most)
        {
            throw new CaptureRefusedException(
                RefusalCode.RecorderTooLarge,
                $"The recorder is to keep {recorder.Bytes / Mebibyte} MiB, and {most / Mebibyte} MiB are the most that this machine has for it now. Ask for less with recorder.bytes.");
        }
    }
}
