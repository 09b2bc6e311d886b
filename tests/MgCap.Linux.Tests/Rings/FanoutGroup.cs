using MgCap.Testing;

namespace MgCap.Linux.Tests.Rings;

/// <summary>Rings that share an interface's packets by queue.</summary>
internal sealed class FanoutGroup : IDisposable
{
    private readonly RingReader[] _members;

    public FanoutGroup(NetworkNamespace network, int interfaceIndex, int members)
    {
        _members = [.. Enumerable.Range(0, members).Select(_ => new RingReader(network, interfaceIndex))];
        var group = _members[0].Ring.CreateFanout();
        foreach (var member in _members[1..])
            member.Ring.JoinFanout(group);
    }

    /// <summary>Waits for one packet, which must be the one with this number, and tells who got it.</summary>
    public int MemberThatGets(uint sequence)
    {
        List<Captured> packets = [];
        var member = -1;
        Wait.Until(
            () =>
            {
                member = (member + 1) % _members.Length;
                return (packets = _members[member].ReadBlock()).Count > 0;
            },
            "a packet in one of the rings");
        Assert.Equal(sequence, Assert.Single(packets).Sequence);
        return member;
    }

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
    }
}
