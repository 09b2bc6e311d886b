using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MgCap.Web.Access;

/// <summary>A code that signs a browser in, once.</summary>
/// <param name="Code">The code; the page sign-in.html takes it behind #code=.</param>
/// <param name="Seconds">How long it is good.</param>
public sealed record SignInLink(string Code, int Seconds);

/// <summary>Codes of links that sign a browser in which runs as somebody else: each is good once, and for two minutes.</summary>
public sealed class SignInLinks(TimeProvider clock)
{
    private const int CodeBytes = 32;
    private const int MaxCodes = 1000;

    private static readonly TimeSpan _good = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, (Caller Caller, long Since)> _codes = new();

    /// <summary>Makes a code for who asks.</summary>
    public SignInLink Create(Caller caller)
    {
        foreach (var (old, made) in _codes)
        {
            if (clock.GetElapsedTime(made.Since) > _good)
                _codes.TryRemove(old, out _);
        }

        if (_codes.Count >= MaxCodes)
            _codes.Clear();

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
        _codes[code] = (caller, clock.GetTimestamp());
        return new SignInLink(code, (int)_good.TotalSeconds);
    }

    /// <summary>Who asked for this code; null where it is none, or no longer.</summary>
    public Caller? Take(string code) => _codes.TryRemove(code, out var made) && clock.GetElapsedTime(made.Since) <= _good ? made.Caller : null;
}
