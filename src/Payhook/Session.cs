using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Payhook;

/// <summary>What a session stands on: where that ends, the session ends.</summary>
enum SessionGround
{
    None = 0,

    /// <summary>A link that was made where the database is, and used once.</summary>
    Link,

    /// <summary>The admin password.</summary>
    Password,

    /// <summary>A key, of the store or of API_KEYS.</summary>
    Key,

    /// <summary>The word of an OpenID provider.</summary>
    Oidc,
}

/// <summary>
/// Somebody who signed in with a browser, or a link that lets somebody do so. One that ended is not kept. Only the hash
/// of its token is stored, so that who reads the database or a backup of it cannot use it.
/// </summary>
sealed record Session
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12), LinkLifetime = TimeSpan.FromHours(1);

    /// <summary>Who signed in with the admin password or a link.</summary>
    public const string AdminActor = "admin";

    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>SHA-256 of its token.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>True for a link that nobody has used; it allows nothing but to become a session.</summary>
    public bool IsLink { get; init; }

    /// <summary>The name in the audit log.</summary>
    public required string Actor { get; init; }

    public required Scopes Scopes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required SessionGround Ground { get; init; }

    /// <summary>The number of the store's key that it was begun with.</summary>
    public long? KeyId { get; init; }

    /// <summary>
    /// A MAC, keyed with the token, over what the settings allowed it by: a key, a password. It shows whether that is
    /// still so, and nobody can guess a weak password by it without the token, which is not stored.
    /// </summary>
    public byte[]? Proof { get; init; }

    /// <summary>A link, and the only sight of its token.</summary>
    public static (Session Link, string Token) CreateLink(DateTimeOffset now)
    {
        var token = SessionToken.Create();
        return (new Session
        {
            Hash = SessionToken.HashOf(token),
            IsLink = true,
            Actor = AdminActor,
            Scopes = Scopes.All,
            CreatedAt = now,
            ExpiresAt = now + LinkLifetime,
            Ground = SessionGround.Link,
        }, token);
    }
}

/// <summary>The secret of a session: 256 random bits, and what is derived of them.</summary>
static class SessionToken
{
    const int RandomBytes = 32;

    public const int LengthChars = 43;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static bool IsToken(string text) => text.Length == LengthChars && Base64Url.IsValid(text);

    /// <summary>Without salt and rounds, for the reason that <see cref="ApiKey.HashOf"/> gives.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>What a page must show with whatever changes something: other pages cannot read it.</summary>
    public static string Csrf(string token) => Base64Url.EncodeToString(Mac(token, "payhook csrf"u8));

    public static byte[] Proof(string token, ReadOnlySpan<byte> basis) => Mac(token, [.. "payhook basis "u8, .. basis]);

    static byte[] Mac(string token, ReadOnlySpan<byte> text) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), text);
}
