using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace MgCap.Cli.Remote;

/// <summary>
/// Asks a console, on this machine or another. On this machine it knows who asks by the connection; elsewhere the variable
/// MGCAP_TOKEN has a token.
/// </summary>
internal sealed class ConsoleClient : IDisposable
{
    private const string UnixStart = "http://unix:";
    private const string TokenVariable = "MGCAP_TOKEN";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;
    private readonly string _server;

    /// <param name="server">Its address, as http://127.0.0.1:5080, or http://unix:/run/mgcap.sock.</param>
    /// <exception cref="UsageException">It is no address, or none to send a token to.</exception>
    internal ConsoleClient(string server)
    {
        _server = server.TrimEnd('/');
        var socket = _server.StartsWith(UnixStart, StringComparison.Ordinal) ? _server[UnixStart.Length..] : null;
        var address = socket is null ? _server : "http://localhost";
        if (!Uri.TryCreate(address + "/", UriKind.Absolute, out var root) || (root.Scheme != Uri.UriSchemeHttp && root.Scheme != Uri.UriSchemeHttps))
            throw new UsageException($"--server {server}: write an address such as http://127.0.0.1:5080");
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (socket is not null)
            handler.ConnectCallback = (_, cancellation) => ConnectAsync(socket, cancellation);
        _client = new HttpClient(handler) { BaseAddress = root, Timeout = _patience };
        if (Environment.GetEnvironmentVariable(TokenVariable) is not { Length: > 0 } token)
            return;
        if (socket is null && root.Scheme == Uri.UriSchemeHttp && !root.IsLoopback)
            throw new UsageException($"--server {server}: the token in {TokenVariable} could be read on the way; use https");
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Where a page of the console is.</summary>
    /// <exception cref="UsageException">No browser gets there.</exception>
    internal string PageOf(string path) => !_server.StartsWith(UnixStart, StringComparison.Ordinal)
        ? $"{_server}/{path}"
        : throw new UsageException($"--server {_server}: a browser opens no Unix socket; write the address that it uses");

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Asks, and reads the answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Behind the console's address.</param>
    /// <param name="body">In JSON; null for none.</param>
    /// <param name="answer">How the answer is read.</param>
    /// <exception cref="IOException">It can't be reached, or refuses; the message says why.</exception>
    internal async Task<T> AskAsync<T>(HttpMethod method, string path, string? body, JsonTypeInfo<T> answer)
    {
        var text = await SendAsync(method, path, body);
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize(text, answer) ?? throw new IOException($"{_server} is no console of MgCap's");
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new IOException($"{_server} is no console of MgCap's, or a newer one", exception);
        }
    }

    /// <inheritdoc cref="AskAsync"/>
    /// <returns>The answer's body.</returns>
    internal async Task<string> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await _client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode ? text : throw new IOException(ReasonOf(response.StatusCode, text));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            throw new IOException($"the console at {_server} can't be reached ({exception.Message}); --server says where another is", exception);
        }
    }

    private string ReasonOf(HttpStatusCode status, string text)
    {
        try
        {
            if (System.Text.Json.JsonSerializer.Deserialize(text, ConsoleJson.Shaped.ConsoleProblem) is { Title: { } title } problem)
                return $"{problem.Detail ?? title} ({_server})";
        }
        catch (System.Text.Json.JsonException)
        {
        }

        return $"{_server} answers {(int)status}: it is no console of MgCap's";
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
