using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Dashboard;

public sealed partial class DashboardFilesTests(SharedConsole shared) : IClassFixture<SharedConsole>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/capture.html")]
    public async Task Page_IsServedWithItsHeaders(string path)
    {
        var answer = await shared.Api.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.Status, answer.MediaType));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/capture.html")]
    public async Task Page_LoadsNothingFromElsewhere(string path)
    {
        var page = (await shared.Api.GetAsync(path)).Text;

        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
    }

    /// <summary>Whatever a page loads has an address of its own content, and is the same in every encoding.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/capture.html")]
    public async Task File_OfAPage_IsKeptForEverAndCompressed(string path)
    {
        var page = (await shared.Api.GetAsync(path)).Text;
        var named = Named().Matches(page).Select(match => match.Groups[1].Value).Where(file => Path.HasExtension(file) && !file.Contains(".html", StringComparison.Ordinal)).Distinct().ToList();
        var scripts = new Queue<string>(named.Select(file => $"/{file}"));
        var seen = new HashSet<string>(scripts);
        while (scripts.TryDequeue(out var script))
        {
            var plain = await shared.Api.GetAsync(script);
            Assert.Equal((HttpStatusCode.OK, script), (plain.Status, script));
            Assert.Matches("^/v/[0-9a-f]{16}/", script);
            Assert.Equal("public, max-age=31536000, immutable", Header(plain, "Cache-Control"));
            Assert.Equal(["nosniff"], plain.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(plain.Body, Decompress(await shared.Api.GetAsync(script, ("Accept-Encoding", "gzip, deflate, br")), "br"));
            Assert.Equal(plain.Body, Decompress(await shared.Api.GetAsync(script, ("Accept-Encoding", "gzip, br;q=0")), "gzip"));
            foreach (Match import in Imported().Matches(plain.Text))
            {
                var found = new Uri(new Uri($"http://console{script}"), import.Groups[1].Value).AbsolutePath;
                if (seen.Add(found))
                    scripts.Enqueue(found);
            }
        }

        Assert.InRange(named.Count, 3, 10);
        Assert.InRange(seen.Count, 30, 200);
    }

    [Fact]
    public async Task Page_IsAskedForAgain_AndNotSentAgain()
    {
        var first = await shared.Api.GetAsync("/capture.html", ("Accept-Encoding", "br"));
        var tag = first.Headers.ETag!.ToString();

        var again = await shared.Api.GetAsync("/capture.html", ("Accept-Encoding", "br"), ("If-None-Match", tag));
        var other = await shared.Api.GetAsync("/capture.html", ("If-None-Match", tag));

        Assert.Equal("no-cache", Header(first, "Cache-Control"));
        Assert.Equal("Accept-Encoding", Header(first, "Vary"));
        Assert.Equal((HttpStatusCode.NotModified, 0), (again.Status, again.Body.Length));
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(other.Body, Decompress(first, "br"));
    }

    [Theory]
    [InlineData("/v/0123456789abcdef/js/app.js")]
    [InlineData("/v/js/app.js")]
    [InlineData("/lib/uplot/LICENSE")]
    public async Task File_OfNoVersion_IsNotServed(string path) => Assert.Equal(HttpStatusCode.NotFound, (await shared.Api.GetAsync(path)).Status);

    [Theory]
    [InlineData("/api/system", "br", "br")]
    [InlineData("/api/system", "gzip", "gzip")]
    [InlineData("/api/captures/nothing", "gzip", "gzip")]
    [InlineData("/swagger/v1/swagger.json", "br", "br")]
    [InlineData("/api/system", "", "")]
    [InlineData("/api/system", "br", "", "cross-site")]
    [InlineData("/api/system", "br", "", "same-site")]
    [InlineData("/api/system", "br", "br", "same-origin")]
    public async Task Answer_OfTheApi_IsCompressedForThisSite(string path, string accepts, string encoding, string from = "")
    {
        (string, string)[] headers = [.. accepts == "" ? (ReadOnlySpan<(string, string)>)[] : [("Accept-Encoding", accepts)], .. from == "" ? (ReadOnlySpan<(string, string)>)[] : [("Sec-Fetch-Site", from)]];
        var answer = await shared.Api.GetAsync(path, headers);

        Assert.Equal(encoding, Header(answer, "Content-Encoding"));
        var text = Encoding.UTF8.GetString(encoding == "" ? answer.Body : Decompress(answer, encoding));
        Assert.StartsWith("{", text, StringComparison.Ordinal);
    }

    private static string Header(Answer answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.ContentHeaders.NonValidated.TryGetValues(name, out values) ? values.ToString() : "";

    private static byte[] Decompress(Answer answer, string encoding)
    {
        Assert.Equal(encoding, Header(answer, "Content-Encoding"));
        using var compressed = new MemoryStream(answer.Body);
        using Stream plain = encoding == "br" ? new BrotliStream(compressed, CompressionMode.Decompress) : new GZipStream(compressed, CompressionMode.Decompress);
        using var all = new MemoryStream();
        plain.CopyTo(all);
        return all.ToArray();
    }

    [GeneratedRegex("(?:src|href)=\"([^\"#:?]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("from '([^']+)'")]
    private static partial Regex Imported();

    [Theory]
    [InlineData("/../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/..%2fappsettings.json")]
    [InlineData("/lib/..%2f..%2fappsettings.json")]
    [InlineData("/lib/..%5c..%5cappsettings.json")]
    [InlineData("/lib/%2e%2e/%2e%2e/appsettings.json")]
    [InlineData("/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("/appsettings.json")]
    [InlineData("/MgCap.Web.dll")]
    [InlineData("/mgcap.db")]
    public async Task Path_OutsideOfTheDashboard_IsNotServed(string path)
    {
        var answer = await shared.Api.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Empty(answer.Body);
    }
}
