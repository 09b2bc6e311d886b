using MgCap.Capture.Pcapng;

namespace MgCap.Capture.Tests.Pcapng;

internal static class ReaderSteps
{
    /// <summary>Reads so many blocks, that must be there, and says what the last one is.</summary>
    public static PcapngBlockKind Next(this PcapngReader reader, int blocks = 1)
    {
        for (; blocks > 0; blocks--)
            Assert.True(reader.Read());
        return reader.BlockKind;
    }
}
