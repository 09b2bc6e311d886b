using MgCap.Testing;

namespace MgCap.E2E.Tests;

/// <summary>A further interface, down at first, with nobody at its other end. Disposing deletes it.</summary>
public sealed class IdleInterface : IDisposable
{
    private readonly NetworkNamespace _side;
    private readonly string _name;
    private bool _deleted;

    public IdleInterface(NetworkNamespace side, string name)
    {
        ArgumentNullException.ThrowIfNull(side);
        _side = side;
        _name = name;
        side.Ip("link", "add", name, "type", "veth", "peer", "name", Peer);
    }

    private string Peer => _name + "-far";

    /// <summary>Brings both ends up.</summary>
    public void BringUp()
    {
        _side.Ip("link", "set", Peer, "up");
        _side.Ip("link", "set", _name, "up");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_deleted)
            _side.Ip("link", "delete", _name);
        _deleted = true;
    }
}
