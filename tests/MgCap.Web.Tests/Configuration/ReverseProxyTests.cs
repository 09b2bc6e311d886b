using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MgCap.Testing;
using MgCap.Web.Tests.Support;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace MgCap.Web.Tests.Configuration;

/// <summary>The console at a path of another server.</summary>
public sealed partial class ReverseProxyTests
{
    private const string Prefix = "X-Forwarded-Prefix";

    // Whose clients a proxy's are is not known by the connection.
    private const string Everyone = "--MgCap:Security:AllowInsecure=true";

    [Theory]
    [InlineData("/mgcap", "/mgcap")]
    [InlineData("/net/mgcap-2", "/net/mgcap-2")]
    [InlineData("", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/a/../b", "/")]
    [InlineData("/<script>", "/")]
    [InlineData("mgcap", "/")]
    public async Task ApiDocument_NamesThePathThatClientsSee(string prefix, string server)
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { Arguments = [Everyone] });
        using var api = new ConsoleApi(console);

        var document = (await api.GetAsync("/swagger/v1/swagger.json", (Prefix, prefix))).Json;

        Assert.Equal(server, Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
    }

    [RootFact]
    public async Task LocationOfACapture_BeginsWithThePathThatClientsSee()
    {
        using var lab = CaptureLab.Create("prefix", arguments: Everyone);
        using var body = new StringContent("""{"interface":"cap0"}""", Encoding.UTF8, "application/json");

        var answer = await lab.Api.SendAsync(HttpMethod.Post, "/api/captures", body, (Prefix, "/mgcap"));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal($"/mgcap/api/captures/{answer.Json.GetProperty("id").GetString()}", answer.Headers.Location!.OriginalString);
    }

    /// <summary>Only from those who are said to be proxies.</summary>
    [Theory]
    [InlineData("127.0.0.0/8;::1", "/mgcap")]
    [InlineData("10.0.0.1;127.0.0.1", "/mgcap")]
    [InlineData("10.0.0.1", "/")]
    [InlineData("", "/")]
    public async Task HeadersOfAProxy_CountWhereItIsNamed(string proxies, string server)
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { OnPort = true, Arguments = [$"--MgCap:Proxies={proxies}", Everyone] });
        using var api = new ConsoleApi(console);

        var document = (await api.GetAsync("/swagger/v1/swagger.json", (Prefix, "/mgcap"))).Json;

        Assert.Equal(server, document.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    /// <summary>A page of another site, whose name has been made to mean this machine, may send any header but Host.</summary>
    [Fact]
    public async Task ForwardedHost_IsNotTakenForTheHost()
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { Arguments = [Everyone] });
        using var api = new ConsoleApi(console);

        var answer = await api.GetAsync("/api/captures", ("Host", "evil.example"), ("X-Forwarded-Host", "localhost"));

        answer.RequireInvalid("Host");
    }

    [NginxFact]
    public async Task BehindNginx_PagesApiAndHubAreBelowItsPath()
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { OnPort = true, Arguments = [Everyone] });
        using var nginx = NginxProxy.Start(console.Address);
        using var client = new HttpClient { BaseAddress = nginx.Address };

        foreach (var path in (string[])["", "index.html", "capture.html", "swagger/index.html"])
        {
            var page = new Uri(nginx.Address, path);
            var links = Reference().Matches(await client.GetStringAsync(page)).Select(match => new Uri(page, match.Groups[1].Value)).Where(link => link.Scheme == "http").Distinct().ToList();
            Assert.NotEmpty(links);
            foreach (var link in links)
            {
                Assert.StartsWith("/mgcap/", link.AbsolutePath, StringComparison.Ordinal);
                Assert.Equal((HttpStatusCode.OK, link), ((await client.GetAsync(link)).StatusCode, link));
            }
        }

        // Redirects lead to places below the path, too.
        foreach (var path in (string[])["/mgcap", "/mgcap/swagger", "/mgcap/swagger/"])
        {
            using var answer = await client.GetAsync(new Uri(nginx.Address, path));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.StartsWith("/mgcap/", answer.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        }

        var document = await client.GetStringAsync(new Uri("swagger/v1/swagger.json", UriKind.Relative));
        var server = JsonDocument.Parse(document).RootElement.GetProperty("servers")[0].GetProperty("url").GetString();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(nginx.Address, $"{server}/api/system"))).StatusCode);

        // A change by a page of this origin.
        using var change = new HttpRequestMessage(HttpMethod.Post, new Uri(nginx.Address, "api/filters/validate")) { Content = new StringContent("""{"filter":"udp"}""", Encoding.UTF8, "application/json") };
        change.Headers.Add("Origin", nginx.Address.GetLeftPart(UriPartial.Authority));
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(change)).StatusCode);

        // A filter as long as a filter may be.
        using var filtered = await client.GetAsync(new Uri(nginx.Address, "api/captures?text=" + string.Concat(Enumerable.Repeat("%28", 65_536))));
        Assert.Contains("text must be", await filtered.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(nginx.Address, "hubs/live"), HttpTransportType.WebSockets, options => options.Headers["Origin"] = nginx.Address.GetLeftPart(UriPartial.Authority)).Build();
        await hub.StartAsync();
        await hub.InvokeAsync("WatchInterfaces");
    }

    [GeneratedRegex("(?:src|href)=\"([^\"#][^\"]*)\"")]
    private static partial Regex Reference();
}
