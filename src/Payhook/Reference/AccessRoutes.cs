using Payhook.Access;
using static Payhook.Reference.ApiParameter;

namespace Payhook.Reference;

/// <summary>What is said of the routes about sessions and keys.</summary>
static class AccessRoutes
{
    public static IEnumerable<ApiOperation> All() => [.. Sessions(), .. Administering()];

    static IEnumerable<ApiOperation> Sessions() =>
    [
        new("getSession", "GET", "/session", "session", "Tell who asks, and how one can sign in")
        {
            Answers = [new(200, "Whether or not somebody is signed in.", ApiContent.Json("Session"))],
        },
        new("signIn", "POST", "/session", "session", "Sign in with a browser")
        {
            Description = "By exactly one of a password, a key and the token of a link. Sets the cookie "
                + "payhook_session, behind TLS __Host-payhook_session.",
            Body = ApiContent.Json("SignIn"),
            Answers = [new(200, "Signed in.", ApiContent.Json("Session"))],
            Problems =
            [
                Problem.BadRequest, Problem.OtherPage, Problem.SignInRefused, Problem.LinkUsed, Problem.TooManySignIns,
            ],
        },
        new("signOut", "DELETE", "/session", "session", "Sign out")
        {
            Description = "By the cookie it needs the header X-CSRF-Token.",
            Answers = [new(204, "Nobody is signed in any more.")],
            Problems = [Problem.Csrf],
        },
        new("beginOidc", "GET", "/session/oidc", "session", "Sign in by the OpenID provider")
        {
            Parameters = [InQuery("to", ApiSchema.Text(), "The page to come back to.")],
            Answers = [new(302, "To the provider.")],
            Problems = [Problem.NotFound],
        },
        new("returnFromOidc", "GET", "/session/oidc/callback", "session", "Where the OpenID provider sends people back")
        {
            Parameters =
            [
                InQuery("code", ApiSchema.Text(), "What the tokens are fetched with."),
                InQuery("state", ApiSchema.Text(), "What was sent there."),
            ],
            Answers = [new(302, "To the dashboard, signed in or with the reason why not.")],
            Problems = [Problem.NotFound],
        },
        new("setPassword", "PUT", "/session/password", "session", "Choose the admin password")
        {
            Needs = Scopes.Admin,
            Description = "Ends every session and link that came of the password before, or of a link, except the one "
                + "that asks.",
            Body = ApiContent.Json("NewPassword"),
            Answers = [new(204, "It holds.")],
            Problems = [Problem.InvalidPassword, Problem.PasswordOfSettings, Problem.TooManySignIns],
        },
    ];

    static IEnumerable<ApiOperation> Administering() =>
    [
        new("listKeys", "GET", "/keys", "administering", "List keys")
        {
            Needs = Scopes.Admin,
            Answers = [new(200, "The first made first.", ApiContent.Json("Keys"))],
        },
        new("createKey", "POST", "/keys", "administering", "Make a key")
        {
            Needs = Scopes.Admin,
            Body = ApiContent.Json("NewKey"),
            Answers = [new(201, "The key, shown this once.", ApiContent.Json("Key"))],
            Problems = [Problem.InvalidKeyRequest, Problem.TooManyKeys],
        },
        new("revokeKey", "DELETE", "/keys/{id}", "administering", "Revoke a key, for ever")
        {
            Needs = Scopes.Admin,
            Parameters = [InPath("id", "Its number.")],
            Answers = [new(200, "The key, revoked.", ApiContent.Json("Key"))],
            Problems = [Problem.UnknownKey],
        },
        new("listAudit", "GET", "/audit", "administering", "List administrative acts, the newest first")
        {
            Needs = Scopes.Admin,
            Parameters =
            [
                InQuery("limit", ApiSchema.Number(1, KeysApi.PageLimitEntries, 50), "At most so many."),
                InQuery("before", ApiSchema.Number(0, null), "Only older ones: next of the answer before."),
            ],
            Answers = [new(200, "The acts.", ApiContent.Json("Audit"))],
            Problems = [Problem.BadRequest],
        },
    ];
}
