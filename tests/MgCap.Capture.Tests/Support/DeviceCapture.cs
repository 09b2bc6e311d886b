using System.Globalization;
using MgCap.Capture.Engines;
using MgCap.Capture.Storage;
using MgCap.Testing;

namespace MgCap.Capture.Tests.Support;

/// <summary>A capture into a file, with its accounting checked at the end.</summary>
internal sealed class DeviceCapture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-device-");
    private readonly string _interface;

    internal DeviceCapture(NetworkNamespace inside, CaptureSettings settings, CaptureEngines? engines = null)
    {
        _interface = settings.Interface;
        Path = System.IO.Path.Combine(_folder.FullName, "capture.pcapng");
        try
        {
            Session = LabCapture.Start(inside, settings, new FileSink(Path), engines);
        }
        catch
        {
            _folder.Delete(recursive: true);
            throw;
        }
    }

    internal CaptureSession Session { get; }

    internal string Path { get; }

    internal void WaitFor(int packets) => Wait.Until(
        () => Session.File.Packets >= packets, string.Create(CultureInfo.InvariantCulture, $"{packets} packets in the file"));

    internal CapturedFile Stop(int packets)
    {
        WaitFor(packets);
        Assert.Equal((StopReason.User, null), (Session.Stop().Reason, Session.Ended.Result.Error));
        var file = CapturedFile.Read(Path);
        var statistics = Session.ReadStatistics();
        statistics.AssertAddsUp();
        file.AssertIs(statistics, _interface);
        file.AssertInTimeOrder();
        return file;
    }

    internal string[] Tshark(params string[] fields) =>
        ReferenceTools.Tshark(["-r", Path, "-T", "fields", .. fields.SelectMany(field => (string[])["-e", field])])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        Session.Stop();
        _folder.Delete(recursive: true);
    }
}
