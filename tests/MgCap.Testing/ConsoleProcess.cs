using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MgCap.Testing;

/// <summary>How a <see cref="ConsoleProcess"/> is to be started.</summary>
public sealed record ConsoleOptions
{
    /// <summary>The namespace it runs in; null for the one of the tests.</summary>
    public NetworkNamespace? Inside { get; init; }

    /// <summary>Where it keeps its data; null for a new temporary directory that goes with it.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Further arguments, such as <c>--MgCap:Retention:MaxBytes=1</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What stands before the program, such as setpriv(1) with its options.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>Whether it listens on a port of its namespace's loopback address instead of a Unix socket; for browsers.</summary>
    public bool OnPort { get; init; }

    /// <summary>Scheme and host where it listens on a port, such as https://0.0.0.0.</summary>
    public string Host { get; init; } = "http://127.0.0.1";

    /// <summary>How long its start may take; longer than usual where it has much to recover.</summary>
    public TimeSpan Patience { get; init; } = Wait.Patience;

    /// <summary>Which port; null for a free one.</summary>
    public int? Port { get; init; }
}

/// <summary>
/// The console as its users run it: a process of its own. It listens on a Unix socket, which reaches across network namespaces.
/// </summary>
public sealed class ConsoleProcess : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("mgcap-console-");
    private readonly ConsoleOptions _options;
    private readonly string _socket;
    private readonly List<string> _output = [];
    private readonly Process _process;

    private ConsoleProcess(ConsoleOptions options)
    {
        _options = options;
        _socket = Path.Combine(_temporary.FullName, "socket");
        DataDirectory = options.DataDirectory ?? Path.Combine(_temporary.FullName, "data");
        var port = !options.OnPort ? 0 : options.Port ?? options.Inside?.Run(FreePort) ?? FreePort();
        Address = new Uri(options.OnPort ? $"{new Uri(options.Host).Scheme}://127.0.0.1:{port}" : "http://localhost");
        string[] command =
        [
            .. options.Prefix, BuiltPrograms.Console, "--urls", options.OnPort ? $"{options.Host}:{port}" : $"http://unix:{_socket}",
            $"--MgCap:DataDirectory={DataDirectory}", .. options.Arguments,
        ];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = options.Inside?.Start(start) ?? Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its base address, for <see cref="OpenClient"/> and for browsers.</summary>
    public Uri Address { get; }

    /// <summary>Where it keeps its data.</summary>
    public string DataDirectory { get; }

    /// <summary>Where it listens, where that is no port.</summary>
    public string SocketPath => _socket;

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What it has written to standard output and standard error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <summary>Starts the console and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds its output.</exception>
    public static ConsoleProcess Start(ConsoleOptions? options = null)
    {
        var console = new ConsoleProcess(options ?? new ConsoleOptions());
        try
        {
            using var client = console.OpenClient();
            Wait.Until(() => console.Answers(client), console._options.Patience, "the console to answer");
            return console;
        }
        catch
        {
            console.Dispose();
            throw;
        }
    }

    /// <summary>Runs the console where it can't start, until it ends.</summary>
    /// <returns>Its exit code and output.</returns>
    public static (int ExitCode, string Output) RunToEnd(ConsoleOptions options)
    {
        using var console = new ConsoleProcess(options);
        if (!console._process.WaitForExit(Wait.Patience))
            throw new TimeoutException($"the console did not end: {console.Output}");
        console._process.WaitForExit();
        return (console._process.ExitCode, console.Output);
    }

    /// <summary>Makes a client whose requests reach the console.</summary>
    public HttpClient OpenClient() => new(OpenHandler()) { BaseAddress = Address };

    /// <summary>Makes the handler of such a client, for a SignalR connection.</summary>
    public SocketsHttpHandler OpenHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A test's certificate is for the name localhost, and its own authority.
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
        ConnectCallback = async (_, cancel) => await ConnectAsync(cancel),
    };

    /// <summary>Opens a connection to the console, for requests that no client would send.</summary>
    public async Task<Stream> ConnectAsync(CancellationToken cancellation = default)
    {
        // A socket stays in the namespace that it was made in, whichever thread uses it.
        var socket = _options.OnPort && _options.Inside is { } inside ? inside.Run(OpenSocket) : OpenSocket();
        EndPoint end = _options.OnPort ? new IPEndPoint(IPAddress.Loopback, Address.Port) : new UnixDomainSocketEndPoint(_socket);
        try
        {
            await socket.ConnectAsync(end, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends it as Ctrl-C does, and waits for that.</summary>
    public void Stop()
    {
        Native.Check(Native.kill(_process.Id, Native.SignalInterrupt), "interrupt the console");
        if (!_process.WaitForExit(Wait.Patience))
            throw new TimeoutException($"the console did not end: {Output}");
    }

    /// <summary>Ends it as a crash does: SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        _temporary.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Socket OpenSocket() => _options.OnPort
        ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private void Keep(string? line)
    {
        lock (_output)
            _output.Add(line ?? "");
    }

    private bool Answers(HttpClient client)
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"the console ended with {_process.ExitCode}: {Output}");
        try
        {
            return client.GetAsync(new Uri("/healthz", UriKind.Relative)).GetAwaiter().GetResult().IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
