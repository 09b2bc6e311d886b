using MgCap.Testing;
using MgCap.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MgCap.Web.Tests.Api;

/// <summary>Clients that go away before they are answered, at a server that has nothing else.</summary>
public sealed class ClientAbortsTests : IAsyncLifetime, IDisposable
{
    private readonly TaskCompletionSource _begun = new();
    private readonly TaskCompletionSource<int> _ended = new();
    private readonly HttpClient _client = new();
    private WebApplication _server = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.Use(WatchAsync);
        _server.UseClientAborts();
        _server.MapGet("/slow", WaitAsync);
        _server.MapGet("/fault", () => Task.FromException(new OperationCanceledException("something else was cancelled")));
        await _server.StartAsync();
        _client.BaseAddress = new Uri(_server.Urls.Single());
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task RequestTakenBack_EndsWithoutAFault()
    {
        using var patience = new CancellationTokenSource();
        var asking = _client.GetAsync(new Uri("/slow", UriKind.Relative), patience.Token);
        await _begun.Task.WaitAsync(Wait.Patience);

        await patience.CancelAsync();

        Assert.Equal(StatusCodes.Status499ClientClosedRequest, await _ended.Task.WaitAsync(Wait.Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task CancellationThatIsNotTheClients_IsAFault()
    {
        using var answer = await _client.GetAsync(new Uri("/fault", UriKind.Relative));

        await Assert.ThrowsAsync<OperationCanceledException>(() => _ended.Task.WaitAsync(Wait.Patience));
    }

    /// <summary>Stands where the log does.</summary>
    private async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            _ended.SetResult(context.Response.StatusCode);
        }
        catch (OperationCanceledException exception)
        {
            _ended.SetException(exception);
        }
    }

    private async Task WaitAsync(CancellationToken taken)
    {
        _begun.SetResult();
        await Task.Delay(Timeout.Infinite, taken);
    }
}
