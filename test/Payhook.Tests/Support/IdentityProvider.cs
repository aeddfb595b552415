using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Payhook.Tests.Support;

/// <summary>
/// An OpenID provider on a real socket that knows one person and asks for no password: discovery, keys, codes, tokens.
/// </summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "payhook", ClientSecret = "the secret of the client";
    const string KeyId = "key-1";

    readonly RSA _key = RSA.Create(2048);
    readonly ConcurrentDictionary<string, (string Nonce, string Challenge, string RedirectUri)> _codes = [];
    readonly WebApplication _app;

    IdentityProvider()
    {
        Port = Receiver.FreePort();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public int Port { get; }
    public string Issuer => $"http://localhost:{Port}";

    /// <summary>The claims of a token, for a test to change.</summary>
    public Action<JsonObject> Change { get; set; } = _ => { };

    /// <summary>Signs with another key than the one it shows.</summary>
    public bool IsForger { get; set; }

    /// <summary>How often a code was turned into tokens.</summary>
    public int TokensGiven { get; private set; }

    /// <summary>The settings of a listener that signs people in by it.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OIDC_ISSUER", Issuer), ("OIDC_CLIENT_ID", ClientId), ("OIDC_CLIENT_SECRET", ClientSecret),
        ("OIDC_NAME", "The test"), ("OIDC_VIEWER", "staff"), ("OIDC_OPERATOR", "support, night"),
        ("OIDC_ADMIN", "boss"), ("OIDC_PII", "trusted"),
    ];

    public static async Task<IdentityProvider> StartAsync()
    {
        var provider = new IdentityProvider();
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => JsonAsync(context, new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
            ["response_types_supported"] = new JsonArray("code"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        }),
        "/keys" => JsonAsync(context, Keys()),
        "/authorize" => Authorize(context),
        "/token" => TokenAsync(context),
        _ => Task.CompletedTask,
    };

    JsonObject Keys()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = KeyId,
                ["n"] = Base64Url.EncodeToString(key.Modulus!), ["e"] = Base64Url.EncodeToString(key.Exponent!),
            }),
        };
    }

    Task Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        Assert.Equal(("code", ClientId, "S256"),
            ($"{query["response_type"]}", $"{query["client_id"]}", $"{query["code_challenge_method"]}"));
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var redirectUri = $"{query["redirect_uri"]}";
        _codes[code] = ($"{query["nonce"]}", $"{query["code_challenge"]}", redirectUri);
        context.Response.Redirect($"{redirectUri}?code={code}&state={Uri.EscapeDataString($"{query["state"]}")}");
        return Task.CompletedTask;
    }

    /// <summary>A code once, for the client that proves itself and the browser that asked.</summary>
    async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var verifier = SHA256.HashData(Encoding.ASCII.GetBytes($"{form["code_verifier"]}"));
        if (!_codes.TryRemove($"{form["code"]}", out var asked) || form["client_secret"] != ClientSecret
            || asked.Challenge != Base64Url.EncodeToString(verifier) || form["redirect_uri"] != asked.RedirectUri)
        {
            context.Response.StatusCode = 400;
            await JsonAsync(context, new JsonObject { ["error"] = "invalid_grant" });
            return;
        }
        TokensGiven++;
        await JsonAsync(context, new JsonObject
        {
            ["access_token"] = "an access token", ["token_type"] = "Bearer", ["id_token"] = IdToken(asked.Nonce),
        });
    }

    string IdToken(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer, ["aud"] = ClientId, ["sub"] = "user-1", ["nonce"] = nonce, ["iat"] = now,
            ["exp"] = now + 300, ["email"] = "anna@example.com", ["roles"] = new JsonArray("staff"),
        };
        Change(claims);
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };
        var text = $"{Encoded(header)}.{Encoded(claims)}";
        using var other = RSA.Create(2048);
        var signature = (IsForger ? other : _key).SignData(
            Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    static string Encoded(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    static Task JsonAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString(), context.RequestAborted);
    }
}
