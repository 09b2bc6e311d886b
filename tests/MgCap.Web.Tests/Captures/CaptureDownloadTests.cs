using System.Net;
using MgCap.Testing;
using MgCap.Web.Catalogue;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Captures;

public sealed class CaptureDownloadTests(SharedLab shared) : IClassFixture<SharedLab>
{
    private ConsoleApi Api => shared.Lab.Api;

    [RootFact]
    public async Task Download_OfFinishedCapture_HasItsHeaders()
    {
        var (capture, file) = await CaptureAsync();

        var answer = await Api.GetAsync(PathOf(capture));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/x-pcapng", answer.MediaType);
        Assert.Equal($"attachment; filename=\"{capture.Files[0].Name}\"", answer.ContentHeaders.ContentDisposition?.ToString());
        Assert.EndsWith(".pcapng", capture.Files[0].Name, StringComparison.Ordinal);
        Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
        Assert.NotNull(answer.Headers.ETag);
        Assert.Equal(file.Length, answer.ContentHeaders.ContentLength);
    }

    [RootFact]
    public async Task Head_OfFinishedCapture_HasTheHeadersOfGetAndNoBody()
    {
        var (capture, file) = await CaptureAsync();

        var head = await Api.SendAsync(HttpMethod.Head, PathOf(capture));
        var get = await Api.GetAsync(PathOf(capture));

        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(file.Length, head.ContentHeaders.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal(get.ContentHeaders.ContentDisposition, head.ContentHeaders.ContentDisposition);
    }

    [RootTheory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-99", 10, 90)]
    [InlineData("bytes=100-", 100, -1)]
    [InlineData("bytes=-20", -20, 20)]
    [InlineData("bytes=5-999999999", 5, -1)]
    public async Task Range_OfFinishedCapture_GivesThoseBytes(string range, int from, int length)
    {
        var (capture, file) = await CaptureAsync();
        var start = from < 0 ? file.Length + from : from;
        var end = length < 0 ? file.Length : start + length;

        var answer = await Api.GetAsync(PathOf(capture), ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, answer.Status);
        Assert.Equal(file[start..end], answer.Body);
        Assert.Equal($"bytes {start}-{end - 1}/{file.Length}", answer.ContentHeaders.ContentRange?.ToString());
    }

    [RootFact]
    public async Task Range_BeyondTheEnd_IsRefusedWithTheLength()
    {
        var (capture, file) = await CaptureAsync();

        var answer = await Api.GetAsync(PathOf(capture), ("Range", $"bytes={file.Length}-"));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.Status);
        Assert.Equal($"bytes */{file.Length}", answer.ContentHeaders.ContentRange?.ToString());
        Assert.Empty(answer.Body);
    }

    // RFC 9110 section 14.2: a server may ignore a range that it can't read or that is of many parts.
    [RootTheory]
    [InlineData("bytes=abc")]
    [InlineData("bytes=9-3")]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("bytes=")]
    public async Task Range_ThatIsNoneOrMany_GivesTheWholeFile(string range)
    {
        var (capture, file) = await CaptureAsync();

        var answer = await Api.GetAsync(PathOf(capture), ("Range", range));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(file, answer.Body);
    }

    [RootFact]
    public async Task Tag_SavesWhatTheClientHas()
    {
        var (capture, file) = await CaptureAsync();
        var tag = (await Api.GetAsync(PathOf(capture))).Headers.ETag!.Tag;

        var known = await Api.GetAsync(PathOf(capture), ("If-None-Match", tag));
        var rest = await Api.GetAsync(PathOf(capture), ("Range", "bytes=50-"), ("If-Range", tag));
        var other = await Api.GetAsync(PathOf(capture), ("Range", "bytes=50-"), ("If-Range", "\"another\""));

        Assert.Equal(HttpStatusCode.NotModified, known.Status);
        Assert.Empty(known.Body);
        Assert.Equal(HttpStatusCode.PartialContent, rest.Status);
        Assert.Equal(file[50..], rest.Body);
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(file, other.Body);
    }

    [RootFact]
    public async Task Download_WhileRunningUnderTraffic_EndsAtAWholeBlockEachTime()
    {
        using var sender = shared.Lab.Cable.OpenSender();
        using var enough = new CancellationTokenSource();
        var started = await Api.StartAsync(new { snaplen = 200 });
        var traffic = Task.Run(() => SendSteadily(sender, enough.Token));

        long packets = 0;
        byte[] last = [];
        for (var i = 0; i < 6; i++)
        {
            await Api.WaitAsync(started.Id, record => record.Files[0].Packets > packets, "more packets in the file");
            last = await Api.DownloadAsync(started.Id);
            var scan = Accounts.RequireWhole(last);
            Assert.True(scan.Packets > packets, $"{scan.Packets} packets after {packets}");
            packets = scan.Packets;
        }

        await enough.CancelAsync();
        await traffic;
        var stopped = await Api.StopAsync(started.Id);
        var file = await Api.DownloadAsync(started.Id);
        Accounts.RequireAgreement(stopped, file);
        Assert.Equal(last, file[..last.Length]);
        Assert.Equal(stopped.Statistics.Captured, CapturedPacket.ReadAll(file).Count);
    }

    [RootFact]
    public async Task Head_OfRunningCapture_HasNoTagAndNoRanges()
    {
        var started = await Api.StartAsync();

        var head = await Api.SendAsync(HttpMethod.Head, PathOf(started));
        var part = await Api.GetAsync(PathOf(started), ("Range", "bytes=0-3"));
        await Api.StopAsync(started.Id);

        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Null(head.Headers.ETag);
        Assert.Equal(["none"], head.Headers.AcceptRanges);
        Assert.Equal("application/x-pcapng", head.MediaType);
        Assert.Equal(HttpStatusCode.OK, part.Status);
        Accounts.RequireWhole(part.Body);
    }

    [RootFact]
    public async Task Download_OfCaptureWhoseFileIsGone_IsNotFound()
    {
        var (capture, _) = await CaptureAsync();
        Directory.Delete(shared.Lab.FolderOf(capture.Id), recursive: true);

        var answer = await Api.GetAsync(PathOf(capture));

        answer.RequireProblem(404, "capture_not_found");
    }

    private static string PathOf(CaptureRecord capture) => $"/api/captures/{capture.Id}/pcapng";

    private static void SendSteadily(FrameSender sender, CancellationToken enough)
    {
        var frames = KnownFrames.Udp(64, 300);
        // A steady trickle, not a flood: the file is to grow while it is read, not to fill the disk.
        while (!enough.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(2)))
            sender.SendAll(frames);
    }

    private async Task<(CaptureRecord Capture, byte[] File)> CaptureAsync()
    {
        var started = await Api.StartAsync();
        using (var sender = shared.Lab.Cable.OpenSender())
            sender.SendAll(KnownFrames.Mixed);
        var stopped = await Api.StopAsync(started.Id);
        return (stopped, await File.ReadAllBytesAsync(Path.Combine(shared.Lab.FolderOf(started.Id), stopped.Files[0].Name)));
    }
}
