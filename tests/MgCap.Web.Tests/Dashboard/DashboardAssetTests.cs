using System.Diagnostics;
using MgCap.Testing;
using MgCap.Web.Dashboard;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MgCap.Web.Tests.Dashboard;

public sealed class DashboardAssetTests
{
    /// <summary>Each file is compressed while the first visitor waits; Brotli's large tables would take a hundred times as long as gzip.</summary>
    [Fact]
    public async Task Brotli_CostsTheFirstVisitorLittle()
    {
        var root = Path.Combine(Repository.Root, "wwwroot");
        string[] paths = [.. Directory.EnumerateFiles(root, "*.js", SearchOption.AllDirectories).Select(file => $"/{Path.GetRelativePath(root, file)}")];
        await CompressAsync(DashboardAssets.Read(root), paths, "br"); // The runtime compiles on the way.
        var assets = DashboardAssets.Read(root);
        var gzip = await CompressAsync(assets, paths, "gzip");
        var brotli = await CompressAsync(assets, paths, "br");

        Assert.InRange(paths.Length, 30, 500);
        Assert.True(brotli < 20 * gzip, $"br took {brotli.TotalMilliseconds} ms, gzip {gzip.TotalMilliseconds} ms");
    }

    private static async Task<TimeSpan> CompressAsync(DashboardAssets assets, string[] paths, string encoding)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var started = Stopwatch.GetTimestamp();
        foreach (var path in paths)
        {
            var context = new DefaultHttpContext { RequestServices = services };
            context.Request.Headers.AcceptEncoding = encoding;
            await assets.Find(path)!.AnswerAsync(context);
            Assert.Equal(encoding, context.Response.Headers.ContentEncoding);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
