using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using MgCap.Testing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace MgCap.Web.Tests.Support;

/// <summary>A client of the live hub that keeps what it hears, as JSON whatever the protocol.</summary>
internal sealed class LiveClient : IAsyncDisposable
{
    private readonly HubConnection _connection;

    private LiveClient(HubConnection connection) => _connection = connection;

    public ConcurrentQueue<JsonElement> Samples { get; } = [];

    public ConcurrentQueue<JsonElement> Changes { get; } = [];

    public ConcurrentQueue<JsonElement> Deletions { get; } = [];

    /// <summary>Each a capture's id and what happened to it.</summary>
    public ConcurrentQueue<JsonElement[]> Events { get; } = [];

    public ConcurrentQueue<JsonElement> Rates { get; } = [];

    public static async Task<LiveClient> ConnectAsync(ConsoleProcess console, bool messagePack)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(console.Address, "/hubs/live"), options =>
        {
            options.HttpMessageHandlerFactory = _ => console.OpenHandler();
            options.WebSocketFactory = async (context, cancellation) =>
            {
                var socket = new ClientWebSocket();
                using var invoker = new HttpMessageInvoker(console.OpenHandler(), disposeHandler: false);
                await socket.ConnectAsync(context.Uri, invoker, cancellation);
                return socket;
            };
        });
        if (messagePack)
            builder.AddMessagePackProtocol();
        var client = new LiveClient(builder.Build());
        client.Listen("sample", client.Samples);
        client.Listen("captureChanged", client.Changes);
        client.Listen("captureDeleted", client.Deletions);
        client.Listen("interfaceRates", client.Rates);
        client._connection.On<object, object>("eventAdded", (id, added) => client.Events.Enqueue([JsonSerializer.SerializeToElement(id), JsonSerializer.SerializeToElement(added)]));
        await client._connection.StartAsync();
        return client;
    }

    public Task WatchAsync(string id) => _connection.InvokeAsync("WatchCapture", id);

    public Task UnwatchAsync(string id) => _connection.InvokeAsync("UnwatchCapture", id);

    public Task WatchInterfacesAsync() => _connection.InvokeAsync("WatchInterfaces");

    public Task UnwatchInterfacesAsync() => _connection.InvokeAsync("UnwatchInterfaces");

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    // Both protocols give a text, number, list or map for an object; the serializer writes either as JSON.
    private void Listen(string method, ConcurrentQueue<JsonElement> heard) =>
        _connection.On<object>(method, said => heard.Enqueue(JsonSerializer.SerializeToElement(said)));
}
