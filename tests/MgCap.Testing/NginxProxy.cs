using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MgCap.Testing;

/// <summary>Debian's nginx in front of a console, at <c>/mgcap/</c>, set up as docs/reverse-proxy.md says.</summary>
public sealed partial class NginxProxy : IDisposable
{
    private const string Program = "/usr/sbin/nginx";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mgcap-nginx-");
    private readonly Process _process;

    private NginxProxy(Uri console, NetworkNamespace? inside)
    {
        var port = inside?.Run(FreePort) ?? FreePort();
        Address = new Uri($"http://127.0.0.1:{port}/mgcap/");
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "reverse-proxy.md"))).Select(match => match.Groups[1].Value).ToArray();
        File.WriteAllText(Path.Combine(_folder.FullName, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log error.log;
            events { }
            http {
                access_log off;
                {{string.Join('\n', ((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(name => $"{name}_temp_path {name};"))}}
                {{snippets[0]}}
                server {
                    listen 127.0.0.1:{{port}};
                    {{snippets[1].Replace("http://127.0.0.1:5080/", console.GetLeftPart(UriPartial.Authority) + "/", StringComparison.Ordinal)}}
                }
            }
            """);
        var start = new ProcessStartInfo(Program, ["-p", _folder.FullName, "-c", "nginx.conf", "-e", "error.log"]) { RedirectStandardError = true };
        _process = inside?.Start(start) ?? Process.Start(start)!;
    }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? SkipReason { get; } = File.Exists(Program) ? null : $"there is no {Program}; Debian's package is nginx";

    /// <summary>Where clients find the console.</summary>
    public Uri Address { get; }

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="console">The console's address.</param>
    /// <param name="inside">The namespace that both are in; null for the one of the tests.</param>
    public static NginxProxy Start(Uri console, NetworkNamespace? inside = null)
    {
        ArgumentNullException.ThrowIfNull(console);
        var proxy = new NginxProxy(console, inside);
        try
        {
            Wait.Until(() => inside?.Run(proxy.Listens) ?? proxy.Listens(), "nginx to listen");
            return proxy;
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private bool Listens()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"nginx ended with {_process.ExitCode}: {_process.StandardError.ReadToEnd()}");
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex("```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}

/// <summary>A test with nginx; where there is none it is shown as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NginxFactAttribute : Xunit.FactAttribute
{
    /// <summary>Skips the test where there is no nginx.</summary>
    public NginxFactAttribute() => Skip = NginxProxy.SkipReason;
}
