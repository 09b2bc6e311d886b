using System.Collections.Concurrent;

namespace MgCap.Web.Access;

/// <summary>
/// Counts tokens and codes that were none, by the address they came from: after some of them in a minute the answer says to wait. A good one
/// is taken always: its 256 bits can't be guessed, and nobody is to keep others out by guessing.
/// </summary>
public sealed class FailedTries(TimeProvider clock)
{
    /// <summary>How many an address has in a minute.</summary>
    public const int Most = 10;

    // Addresses that are kept at most; beyond that, all are forgotten.
    private const int MaxAddresses = 10_000;

    /// <summary>How long one counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (int Count, long Since)> _failed = new();

    /// <summary>Counts one.</summary>
    /// <returns>Whether there were too many from its address.</returns>
    public bool Add(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_failed.Count >= MaxAddresses)
            _failed.Clear();
        var now = clock.GetTimestamp();
        return _failed.AddOrUpdate(
            context.Connection.RemoteIpAddress?.ToString() ?? "local",
            _ => (1, now),
            (_, failed) => clock.GetElapsedTime(failed.Since, now) > Window ? (1, now) : (failed.Count + 1, failed.Since)).Count > Most;
    }
}
