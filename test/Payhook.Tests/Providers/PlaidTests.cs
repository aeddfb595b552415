using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>A key that is named by whoever sends, and so must be looked up with care.</summary>
public sealed class PlaidTests : IDisposable
{
    const string KeyId = "bfbd5111-8e33-4643-8ced-b2e642a72f3c";
    static readonly Plaid Scheme = new();
    static readonly byte[] Body = """{"webhook_type":"TRANSFER","webhook_code":"TRANSFER_EVENTS_UPDATE"}"""u8.ToArray();
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Looks_a_key_up_only_where_none_is_configured_for_it()
    {
        Assert.Equal(new(LookupKind.PlaidKey, KeyId), Scheme.FindLookup(Request(), new()));
        Assert.Equal(new(LookupKind.PlaidKey, KeyId), Scheme.FindLookup(Request(), new(Key("other"))));
        Assert.Null(Scheme.FindLookup(Request(), new(Key(KeyId))));
    }

    [Theory]
    [InlineData("../keys", "ES256")]
    [InlineData("", "ES256")]
    [InlineData("a b", "ES256")]
    [InlineData("a\u00e9", "ES256")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", "ES256")]
    [InlineData(KeyId, "none")]
    [InlineData(KeyId, "HS256")]
    [InlineData(KeyId, "es256")]
    public void Looks_up_nothing_for_a_token_that_will_be_refused(string keyId, string algorithm)
    {
        var token = Token(keyId, algorithm);
        Assert.Null(Scheme.FindLookup(Request(token), new()));
        Assert.False(Verify(token, new() { Key = Jwk(keyId) }, new(Key(KeyId))).IsVerified);
    }

    [Fact]
    public void Believes_a_key_that_was_found_and_that_counts()
    {
        Assert.Equal(new(Verdict.Verified), Verify(Token(), new() { Key = Jwk(KeyId) }, new()));
        Assert.Equal(Verdict.UntrustedKey, Verify(Token(), new() { Key = Jwk("other") }, new()).Verdict);
        Assert.Equal(Verdict.UntrustedKey, Verify(Token(), new() { Key = Jwk(KeyId, 1_699_999_999) }, new()).Verdict);
        Assert.Equal(Verdict.UntrustedKey, Verify(Token(), new(), new()).Verdict);
        Assert.Equal(Verdict.UntrustedKey, Verify(Token(), new() { Failure = Verdict.UntrustedKey }, new()).Verdict);
        Assert.Equal(Verdict.KeyUnavailable,
            Verify(Token(), new() { Failure = Verdict.KeyUnavailable }, new()).Verdict);
        Assert.Equal(Verdict.MissingSecret, Verify(Token(), null, new()).Verdict);
        Assert.Equal(Verdict.UntrustedKey, Verify(Token(), null, new(Key("other"))).Verdict);
    }

    [Fact]
    public void Tells_which_configured_key_signed()
    {
        Assert.Equal(new(Verdict.Verified, 2), Verify(Token(), null, new(Key("other"), Key(KeyId))));
        Assert.Equal(Verdict.UntrustedKey, Verify(Token(), null, new(new Secret("a text is no key"))).Verdict);
    }

    [Fact]
    public void Tells_a_wrong_signature_before_a_late_one()
    {
        var late = new WebhookRequest(Request().Headers, Body) { ReceivedAt = Now.AddHours(1) };
        var verification = Scheme.Verify(late, new(Key(KeyId)));
        Assert.Equal(Verdict.OutsideTolerance, verification.Verdict);
        Assert.Equal(TimeSpan.FromHours(1), verification.ClockSkew);
        Assert.Equal(Verdict.WrongSignature, Scheme.Verify(late.WithBody("{}"u8), new(Key(KeyId))).Verdict);
    }

    [Fact]
    public void Takes_only_keys_that_name_their_id()
    {
        Assert.False(Scheme.TryReadKey(Json(null), out _));
        Assert.False(Scheme.TryReadKey("secret", out _));
        Assert.False(Scheme.TryReadKey("{}", out _));
        Assert.True(Scheme.TryReadKey(Json(KeyId), out _));
    }

    string Token(string keyId = KeyId, string algorithm = "ES256")
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Body));
        var header = $$"""{"alg":"{{algorithm}}","kid":"{{keyId}}","typ":"JWT"}""";
        var claims = $$"""{"iat":{{Now.ToUnixTimeSeconds()}},"request_body_sha256":"{{hash}}"}""";
        var text = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    string Json(string? keyId, long? expiredAt = null)
    {
        var q = _key.ExportParameters(includePrivateParameters: false).Q;
        var name = keyId is null ? "" : $"\"kid\":\"{keyId}\",";
        var expiry = expiredAt?.ToString() ?? "null";
        var point = $"\"x\":\"{Encode(q.X!)}\",\"y\":\"{Encode(q.Y!)}\"";
        return $$"""{"kty":"EC","crv":"P-256",{{name}}{{point}},"expired_at":{{expiry}}}""";
    }

    PublicKey Jwk(string keyId, long? expiredAt = null) => PublicKey.FromJsonWebKey(Json(keyId, expiredAt))!;

    Secret Key(string keyId) => Scheme.TryReadKey(Json(keyId), out var key) ? key! : throw new FormatException(keyId);

    WebhookRequest Request(string? token = null, Found? found = null) =>
        new(new DictionaryHeaders([new("Plaid-Verification", token ?? Token())]), Body)
        {
            ReceivedAt = Now, Found = found,
        };

    Verification Verify(string token, Found? found, Credentials credentials) =>
        Scheme.Verify(Request(token, found), credentials);

    static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
