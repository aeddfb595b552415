using System.Text.Json.Nodes;
using static Payhook.Reference.ApiSchema;

namespace Payhook.Reference;

/// <summary>What sessions, keys and administrative acts look like.</summary>
static class AccessSchemas
{
    public static JsonObject All() => new()
    {
        ["Session"] = Object("Who asks, and how one can sign in.",
            ("signed_in", Flag()), ("actor", OrNull(Text("The name in the audit log."))),
            ("role", OrNull(Word(["viewer", "operator", "admin"]))),
            ("scopes", ListOf(Word(ScopeWords.Of(Scopes.All)))),
            ("csrf_token", OrNull(Text("For the header X-CSRF-Token; null where no cookie came."))),
            ("expires_at", OrNull(Moment())), ("by", OrNull(Word(["session", "key", "local"]))),
            ("ways", Object("How one can sign in.",
                ("password", Flag()), ("key", Flag()), ("oidc", OrNull(Text("The provider's name."))))),
            ("needs_password", Flag("Who asks administers, and no admin password is set."))),
        ["SignIn"] = Object("Exactly one of these.", ("password?", Text()), ("key?", Text()), ("link?", Text())),
        ["NewPassword"] = Object("The admin password.", ("password", Text())),
        ["NewKey"] = Object("A key to be made.",
            ("name", Text("What it is for.")), ("scopes", ListOf(Word(ScopeWords.Of(Scopes.All)))),
            ("expires_in_days?", Number(1, ApiKey.ExpiryLimitDays))),
        ["Key"] = Object("A key of the store.",
            ("id", Number()), ("key?", Text("The key itself, shown once.")), ("prefix", Text()), ("name", Text()),
            ("scopes", ListOf(Word(ScopeWords.Of(Scopes.All)))), ("state", Word(["valid", "expired", "revoked"])),
            ("created_at", Moment()), ("created_by", Text()), ("expires_at", OrNull(Moment())),
            ("last_used_at", OrNull(Moment())), ("revoked_at", OrNull(Moment()))),
        ["Keys"] = ListOf(Ref("Key")),
        ["Audit"] = Object("Administrative acts.",
            ("entries", ListOf(Object("An act.", ("sequence", Number()), ("at", Moment()), ("actor", Text()),
                ("act", Text()), ("target", Text()), ("detail", Text())))),
            ("next", OrNull(Number("Go on before it.")))),
    };
}
