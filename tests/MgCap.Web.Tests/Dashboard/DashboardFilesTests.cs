using System.Net;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Dashboard;

public sealed class DashboardFilesTests(SharedConsole shared) : IClassFixture<SharedConsole>
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
