using System.Security.Cryptography;
using System.Text;

namespace Payhook;

/// <summary>
/// What a key allows. Each stands for itself, except that who may administer may also operate: who may administer does
/// not read what customers paid by that.
/// </summary>
[Flags]
enum Scopes
{
    None = 0,

    /// <summary>Events, payments and rejections, with personal data masked.</summary>
    Read = 1,

    /// <summary>Personal data as it was received, in what may be read.</summary>
    Pii = 2,

    /// <summary>Sending events again.</summary>
    Replay = 4,

    /// <summary>Keys and the audit log.</summary>
    Admin = 8,

    /// <summary>Consumers: made, moved and removed.</summary>
    Consume = 16,

    /// <summary>What keeps a shop running: items acknowledged, destinations paused, resumed and tested.</summary>
    Operate = 32,

    All = Read | Pii | Consume | Replay | Operate | Admin,
}

/// <summary>
/// A key of the store. Only its hash is kept, so that who reads the database or a backup of it cannot use the keys.
/// </summary>
sealed record ApiKey
{
    public const int NameLimitChars = 100;
    public const int ExpiryLimitDays = 3650;

    const string Mark = "phk_";
    const int RandomBytes = 32;
    const int ShownChars = 8;

    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>The beginning, by which a person recognises it; 32 of its 256 bits.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the whole key.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>What it is for, as a person wrote it.</summary>
    public required string Name { get; init; }

    public required Scopes Scopes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The actor who made it.</summary>
    public required string CreatedBy { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was used last; up to a minute late.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>A new key, and the only sight of its text.</summary>
    /// <param name="name">One that <see cref="IsName"/> takes.</param>
    /// <param name="scopes">At least one.</param>
    /// <param name="days">After how many days it expires; <see langword="null"/> for never.</param>
    /// <param name="by">The actor.</param>
    /// <param name="now">The time.</param>
    public static (ApiKey Key, string Text) Create(string name, Scopes scopes, int? days, string by, DateTimeOffset now)
    {
        var text = Mark + RandomNumberGenerator.GetHexString(RandomBytes * 2, lowercase: true);
        var key = new ApiKey
        {
            Prefix = text[..(Mark.Length + ShownChars)],
            Hash = HashOf(Encoding.UTF8.GetBytes(text)),
            Name = name,
            Scopes = scopes,
            CreatedAt = now,
            CreatedBy = by,
            ExpiresAt = days is { } count ? now.AddDays(count) : null,
        };
        return (key, text);
    }

    /// <summary>
    /// One SHA-256, without salt and without rounds: those slow down who guesses, and 256 random bits are not guessed.
    /// A slow hash would only let strangers spend the listener's time with wrong keys.
    /// </summary>
    public static byte[] HashOf(ReadOnlySpan<byte> text) => SHA256.HashData(text);

    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameLimitChars && name.Trim().Length == name.Length
        && !name.AsSpan().ContainsAny('\r', '\n') && name.EnumerateRunes().All(IsShown);

    public bool IsValidAt(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <summary>What becomes of it, in a word.</summary>
    public string StateAt(DateTimeOffset now) =>
        RevokedAt is not null ? "revoked" : IsValidAt(now) ? "valid" : "expired";

    /// <summary>Names are shown on terminals and in pages, so they hold nothing that moves other text about.</summary>
    public static bool IsShown(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator);
}

/// <summary>Scopes as words: in answers, on the command line and in the store.</summary>
static class ScopeWords
{
    public const string List = "read, pii, consume, replay, operate, admin";

    static readonly (string Word, Scopes Scope)[] Words =
    [
        ("read", Scopes.Read), ("pii", Scopes.Pii), ("consume", Scopes.Consume), ("replay", Scopes.Replay),
        ("operate", Scopes.Operate), ("admin", Scopes.Admin),
    ];

    public static IEnumerable<string> Of(Scopes scopes) =>
        Words.Where(w => scopes.HasFlag(w.Scope)).Select(w => w.Word);

    /// <summary>The scope of a word; <see cref="Scopes.None"/> where there is none of this name.</summary>
    public static Scopes Find(string word) => Array.Find(Words, w => w.Word == word).Scope;

    /// <summary>As the store has them. A word of a newer program allows nothing here.</summary>
    public static Scopes Parse(string text) =>
        text.Split(' ').Aggregate(Scopes.None, (scopes, word) => scopes | Find(word));

    public static string Text(Scopes scopes) => string.Join(' ', Of(scopes));
}
