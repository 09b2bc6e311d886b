using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MgCap.Web.Access;

/// <summary>
/// A token as its owner has it: <c>mgcap_PREFIX_SECRET</c>. The prefix finds it and is no secret; the secret has 256 random bits, so that
/// a hash of it needs no salt and no slow function.
/// </summary>
/// <param name="Prefix">Finds it.</param>
/// <param name="Text">All of it.</param>
internal readonly record struct ApiToken(string Prefix, string Text)
{
    /// <summary>What every token begins with, so that searches for secrets find it.</summary>
    private const string Start = "mgcap_";
    private const int PrefixBytes = 6;
    private const int SecretBytes = 32;
    private const int PrefixLength = 2 * PrefixBytes;
    private const int SecretLength = 43;

    /// <summary>SHA-256 of its text, which is what is kept.</summary>
    internal byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>Makes a new one.</summary>
    internal static ApiToken Create()
    {
        var prefix = RandomNumberGenerator.GetHexString(PrefixLength, lowercase: true);
        return new ApiToken(prefix, $"{Start}{prefix}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>Reads one; null where a text is none.</summary>
    internal static ApiToken? Read(string text) =>
        text.Length == Start.Length + PrefixLength + 1 + SecretLength && text.StartsWith(Start, StringComparison.Ordinal) && text[Start.Length + PrefixLength] == '_'
            ? new ApiToken(text.Substring(Start.Length, PrefixLength), text)
            : null;
}
