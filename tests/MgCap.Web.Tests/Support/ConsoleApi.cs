using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using MgCap.Capture;
using MgCap.Testing;
using MgCap.Web.Captures;
using MgCap.Web.Catalogue;

namespace MgCap.Web.Tests.Support;

/// <summary>The console's REST interface, seen from outside. Paths go over the wire as they are written.</summary>
internal sealed class ConsoleApi(ConsoleProcess console) : IDisposable
{
    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _client = console.OpenClient();

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(console.Address.GetLeftPart(UriPartial.Authority) + path, _asWritten)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return new Answer(response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsByteArrayAsync());
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, JsonContent(json));

    public Task<Answer> PatchAsync(Guid id, string json) => SendAsync(HttpMethod.Patch, $"/api/captures/{id}", JsonContent(json));

    public Task<Answer> DeleteAsync(Guid id) => SendAsync(HttpMethod.Delete, $"/api/captures/{id}");

    /// <summary>Asks for a capture.</summary>
    /// <param name="settings">The body's fields, such as <c>new { snaplen = 96 }</c>.</param>
    /// <param name="nic">The interface; every lab has this one.</param>
    public Task<Answer> TryStartAsync(object? settings = null, string nic = "cap0")
    {
        var body = JsonSerializer.SerializeToNode(settings ?? new { })!.AsObject();
        body["interface"] = nic;
        return PostAsync("/api/captures", body.ToJsonString());
    }

    /// <inheritdoc cref="TryStartAsync"/>
    public async Task<CaptureRecord> StartAsync(object? settings = null, string nic = "cap0") =>
        (await TryStartAsync(settings, nic)).As<CaptureRecord>(HttpStatusCode.Created);

    public async Task<CaptureRecord> FindAsync(Guid id) => (await GetAsync($"/api/captures/{id}")).As<CaptureRecord>();

    public async Task<CaptureRecord> StopAsync(Guid id) => (await SendAsync(HttpMethod.Post, $"/api/captures/{id}/stop")).As<CaptureRecord>();

    /// <summary>Asks for another mode of a running capture.</summary>
    public Task<Answer> TrySetModeAsync(Guid id, string json) => SendAsync(HttpMethod.Put, $"/api/captures/{id}/mode", JsonContent(json));

    public async Task<CapturePage> ListAsync(string query = "") => (await GetAsync($"/api/captures{query}")).As<CapturePage>();

    public async Task<byte[]> DownloadAsync(Guid id)
    {
        var answer = await GetAsync($"/api/captures/{id}/pcapng");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }

    /// <summary>Asks for the capture until it is as wanted.</summary>
    public async Task<CaptureRecord> WaitAsync(Guid id, Func<CaptureRecord, bool> wanted, string what)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var record = await FindAsync(id);
            if (wanted(record))
                return record;
            if (clock.Elapsed > Wait.Patience)
                throw new TimeoutException($"waited for {what}, which did not come: {JsonSerializer.Serialize(record, JsonConventions.Options)}");
            await Task.Delay(_pause);
        }
    }

    /// <summary>Waits until the capture has ended of itself.</summary>
    public Task<CaptureRecord> WaitForEndAsync(Guid id) => WaitAsync(id, record => record.StoppedAt is not null, "the capture to end");

    public void Dispose() => _client.Dispose();

    private static StringContent JsonContent(string json) => new(json, Encoding.UTF8, "application/json");
}
