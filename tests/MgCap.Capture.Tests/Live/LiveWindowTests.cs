using MgCap.Capture.Blocks;
using MgCap.Capture.Live;
using MgCap.Capture.Pcapng;
using MgCap.Capture.Pipeline;

namespace MgCap.Capture.Tests.Live;

/// <summary>A window opens with its first client and closes with its last, whatever the capture writes in between.</summary>
public sealed class LiveWindowTests
{
    private static readonly PacketBlock _block = PacketBlock.Of(new byte[32]);

    [Fact]
    public void WindowBeforeItsFirstClient_TakesWhatIsWritten()
    {
        using var window = Open();
        window.Write(_block);
        var reader = window.OpenReader();
        window.CloseReader();
        window.Write(_block);
        Assert.NotNull(reader);
    }

    /// <summary>At once, not when the capture gives the window up: the next client gets another one.</summary>
    [Fact]
    public void WindowWithoutClients_LetsNobodyIn()
    {
        using var window = Open();
        window.OpenReader()!.Dispose();
        window.CloseReader();
        Assert.Throws<SinkClosedException>(() => window.Write(_block));
        Assert.Null(window.OpenReader());
    }

    private static LiveWindow Open()
    {
        var window = new LiveWindow(_ => { });
        window.Begin(new SectionHead(new SectionHeader(), [new InterfaceDescription { Name = "eth0", LinkType = 1 }]));
        return window;
    }
}
