using Payhook.Providers;

namespace Payhook;

/// <summary>The names of what can be said about a source, in payhook.json and, in capitals, in variables.</summary>
static class SourceMember
{
    public const string Provider = "provider", Secret = "secret", SecretFile = "secret_file", Secrets = "secrets",
        RetiredSecrets = "retired_secrets", Tolerance = "tolerance_seconds", Environment = "environment",
        AllowedIps = "allowed_ips", BodyLimit = "body_limit_bytes", ByBody = "by_body", ApiId = "api_id",
        ApiSecret = "api_secret", Verify = "verify", Hmac = "hmac";
}

/// <summary>One text of a setting and the place it stands at, so that a fault leads there.</summary>
/// <param name="Place">A variable, or a line and path of payhook.json.</param>
/// <param name="Text">The text.</param>
/// <param name="IsHidden">True where it came out of a variable of any name, so that it may be a secret.</param>
sealed record Given(string Place, string Text, bool IsHidden = false)
{
    public override string ToString() => IsHidden ? "a value" : Shown(Text);

    /// <summary>A value quoted for a message: short, and on one line.</summary>
    public static string Shown(string text)
    {
        var line = new string([.. text.Take(40).Select(c => char.IsControl(c) ? '?' : c)]);
        return $"'{line}{(text.Length > 40 ? "…" : "")}'";
    }
}

/// <summary>
/// What was said about one source, not yet checked: the environment and payhook.json say it in the same words, so that
/// there is one set of checks.
/// </summary>
/// <param name="Name">The source's name.</param>
/// <param name="Provider">Its provider.</param>
/// <param name="Place">Where it is configured: empty for the environment, else a line and path of payhook.json.</param>
/// <param name="Origin">Where it is configured, in a word.</param>
sealed record SourceGiven(string Name, Provider Provider, string Place, string Origin)
{
    readonly Dictionary<string, IReadOnlyList<Given>> _members = [];

    public bool IsOfEnvironment => Place.Length == 0;

    public void Add(string member, params IReadOnlyList<Given> given) => _members[member] = given;

    public bool Has(string member) => _members.ContainsKey(member);

    public IReadOnlyList<Given> All(string member) => _members.GetValueOrDefault(member, []);

    public Given? Find(string member) => All(member) is [var first, ..] ? first : null;

    /// <summary>Where a member stands, or would stand where it is missing.</summary>
    public string PlaceOf(string member) =>
        Find(member)?.Place ?? (IsOfEnvironment ? SourceVariables.Of(Provider, member)! : $"{Place}.{member}");

    /// <summary>How a member is written where this source is configured.</summary>
    public string Example(string member, string value) => IsOfEnvironment
        ? $"{SourceVariables.Of(Provider, member)}={value}"
        : $"\"{member}\": {Json(member, value)}";

    static string Json(string member, string value) => member switch
    {
        SourceMember.AllowedIps or SourceMember.RetiredSecrets => $"[\"{value}\"]",
        SourceMember.ByBody or SourceMember.Tolerance or SourceMember.BodyLimit => value,
        _ => $"\"{value}\"",
    };
}
