using System.Collections.Concurrent;

namespace MgCap.Web.Interfaces;

/// <summary>The hub's clients that watch the interfaces' rates, by their connection.</summary>
public sealed class InterfaceWatchers
{
    private readonly ConcurrentDictionary<string, bool> _connections = new();

    /// <summary>Whether anybody watches.</summary>
    public bool Any => !_connections.IsEmpty;

    /// <summary>Somebody begins to watch.</summary>
    public void Add(string connection) => _connections[connection] = true;

    /// <summary>Somebody watches no more, or never did.</summary>
    public void Remove(string connection) => _connections.TryRemove(connection, out _);
}
