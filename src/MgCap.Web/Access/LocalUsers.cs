using System.Collections.Concurrent;
using System.Globalization;
using MgCap.Linux;
using MgCap.Web.Catalogue;
using MgCap.Web.Configuration;

namespace MgCap.Web.Access;

/// <summary>
/// Users of this machine who need no token: root and the one who runs the console may do everything, members of the group
/// <c>mgcap</c> are operators. They are known by the user id that the kernel has of the other end of their connection.
/// </summary>
public sealed class LocalUsers(MgCapOptions options, TimeProvider clock)
{
    private const string SudoVariable = "SUDO_UID";

    // Who leaves the group is out after that; the lists of users may be on another machine.
    private static readonly TimeSpan _remembered = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<uint, (Caller? Caller, long Since)> _known = new();

    // Who has made somebody else of themselves by sudo(8) still runs the console.
    private readonly uint[] _owners =
    [
        0, FileStatus.CurrentUserId,
        .. uint.TryParse(Environment.GetEnvironmentVariable(SudoVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? [before] : (uint[])[],
    ];

    /// <summary>Who is let in, for people.</summary>
    public string Description => $"root, the user who runs it and members of the group {options.Security.Group}";

    /// <summary>Who this user is here; null where the user is let in by a token only.</summary>
    public Caller? Find(uint id)
    {
        if (!_known.TryGetValue(id, out var known) || clock.GetElapsedTime(known.Since) > _remembered)
            _known[id] = known = (Look(id), clock.GetTimestamp());
        return known.Caller;
    }

    private Caller? Look(uint id)
    {
        var user = SystemUser.Of(id);
        return _owners.Contains(id) ? new Caller(user.Name, Role.Admin, SignInWay.Connection, User: id)
            : user.IsMemberOf(options.Security.Group) ? new Caller(user.Name, Role.Operator, SignInWay.Connection, User: id)
            : null;
    }
}
