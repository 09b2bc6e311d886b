using System.Collections.Concurrent;

namespace MgCap.Web.Access;

/// <summary>Counts tokens and codes that were none, by the address they came from: after some of them it takes no more for a minute.</summary>
public sealed class FailedTries(TimeProvider clock)
{
    /// <summary>How many an address has in a minute.</summary>
    public const int Most = 10;

    // Addresses that are kept at most; beyond that, old ones are forgotten.
    private const int MaxAddresses = 10_000;

    /// <summary>How long one counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (int Count, long Since)> _failed = new();

    /// <summary>Whether so many failed that no more are looked at.</summary>
    public bool AreTooMany(HttpContext context) => _failed.TryGetValue(AddressOf(context), out var failed) && failed.Count >= Most && !IsOver(failed.Since);

    /// <summary>Counts one.</summary>
    public void Add(HttpContext context)
    {
        if (_failed.Count >= MaxAddresses)
        {
            foreach (var (address, failed) in _failed)
            {
                if (IsOver(failed.Since))
                    _failed.TryRemove(address, out _);
            }
        }

        _failed.AddOrUpdate(AddressOf(context), _ => (1, clock.GetTimestamp()), (_, failed) => IsOver(failed.Since) ? (1, clock.GetTimestamp()) : (failed.Count + 1, failed.Since));
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "local";

    private bool IsOver(long since) => clock.GetElapsedTime(since) > Window;
}
