using System.Net.Sockets;

namespace MgCap.Web.Configuration;

/// <summary>Begins to serve.</summary>
public static class Listening
{
    /// <summary>Starts the console at its addresses, and waits until it is told to end.</summary>
    /// <param name="app">The console.</param>
    /// <param name="listening">Is called when it listens.</param>
    /// <exception cref="ConfigurationException">It can't listen at an address.</exception>
    public static async Task ServeAsync(this WebApplication app, Func<Task> listening)
    {
        ArgumentNullException.ThrowIfNull(listening);
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException(
                $"urls is {app.Configuration[WebHostDefaults.ServerUrlsKey]}; allowed are addresses such as http://127.0.0.1:5080 that may be used and are free ({exception.Message})",
                exception);
        }

        await listening();
        await app.WaitForShutdownAsync();
    }
}
