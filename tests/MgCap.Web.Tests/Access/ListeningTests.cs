using System.Net;
using MgCap.Testing;
using MgCap.Web.Tests.Support;

namespace MgCap.Web.Tests.Access;

/// <summary>Where the console listens at all.</summary>
public sealed class ListeningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://0.0.0.0:0", "is not https")]
    [InlineData("http://*:0", "is not https")]
    [InlineData("http://[::]:0", "is not https")]
    [InlineData("http://192.0.2.1:5080", "is not https")]
    [InlineData("http://capture-host:5080", "is not https")]
    [InlineData("http://127.0.0.1:0;http://0.0.0.0:0", "is not https")]
    [InlineData("https://0.0.0.0:0", "there is no token")]
    public void OtherMachines_AreNotLetInWithoutHttpsAndAToken(string urls, string why)
    {
        var (code, output) = ConsoleProcess.RunToEnd(new ConsoleOptions { Arguments = ["--urls", urls] });
        Assert.Equal(1, code);
        Assert.Contains(why, output, StringComparison.Ordinal);
        Assert.Contains("MgCap:Security:AllowInsecure", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllowInsecure_LetsInEveryone_AndIsWarnedOfAtEveryStart()
    {
        using var console = ConsoleProcess.Start(new ConsoleOptions { OnPort = true, Host = "http://0.0.0.0", Arguments = ["--MgCap:Security:AllowInsecure=true"] });
        using var api = new ConsoleApi(console);
        Assert.Contains("MgCap:Security:AllowInsecure is set", console.Output, StringComparison.Ordinal);
        var me = (await api.GetAsync("/api/me", ("Forwarded", "for=203.0.113.7"))).Json;
        // A session would outlive the option.
        (await api.SendAsync(HttpMethod.Post, "/api/session/link", null, ("Forwarded", "for=203.0.113.7"))).RequireProblem(403, "forbidden");
        Assert.Equal(("anyone", "admin", "nothing"), (me.GetProperty("name").GetString(), me.GetProperty("role").GetString(), me.GetProperty("via").GetString()));
    }

    /// <summary>Made on this machine, then taken from elsewhere: the whole way.</summary>
    [Fact]
    public async Task HttpsWithAToken_LetsInWhoHasIt()
    {
        var data = _folder.PathOf("data");
        string token;
        using (var console = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data }))
        {
            using var api = new ConsoleApi(console);
            token = (await api.PostAsync("/api/tokens", """{"name":"remote","role":"admin"}""")).Json.GetProperty("token").GetString()!;
            console.Stop();
        }

        var (certificate, key) = (_folder.PathOf("certificate.pem"), _folder.PathOf("key.pem"));
        Tool.Run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-days", "1", "-keyout", key, "-out", certificate);
        string[] arguments = [$"--Kestrel:Certificates:Default:Path={certificate}", $"--Kestrel:Certificates:Default:KeyPath={key}", "--AllowedHosts=*"];
        foreach (var also in (string[][])[["--urls", "https://0.0.0.0:0;http://0.0.0.0:0"], ["--urls", "", "--http_ports", "0"]])
        {
            var (code, output) = ConsoleProcess.RunToEnd(new ConsoleOptions { DataDirectory = data, Arguments = [.. arguments, .. also] });
            Assert.Equal(1, code);
            Assert.Contains("is not https", output, StringComparison.Ordinal);
        }

        using var secure = ConsoleProcess.Start(new ConsoleOptions { DataDirectory = data, OnPort = true, Host = "https://0.0.0.0", Arguments = arguments });
        using var handler = secure.OpenHandler();
        using var client = new HttpClient(handler) { BaseAddress = secure.Address };
        client.DefaultRequestHeaders.Add("Via", "1.1 elsewhere");

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/me", UriKind.Relative))).StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/me", UriKind.Relative))).StatusCode);
    }
}
