using System.Security.Cryptography;

namespace Payhook.Providers;

/// <summary>The weakest scheme: a header that is the secret itself and says nothing of the body.</summary>
static class StaticToken
{
    /// <param name="request">The request.</param>
    /// <param name="credentials">The configured sender.</param>
    /// <param name="header">The header that carries the token.</param>
    public static Verification Verify(in WebhookRequest request, Credentials credentials, string header)
    {
        if (HeaderText.Refuses(request.Headers, header, out var text) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        Span<byte> buffer = stackalloc byte[HeaderText.LimitChars];
        var token = Mac.Utf8(text, buffer);
        for (var i = 0; i < credentials.Secrets.Count; i++)
        {
            var expected = credentials.Secrets[i].Bytes;
            if (!expected.IsEmpty && CryptographicOperations.FixedTimeEquals(expected, token))
                return new(Verdict.Verified, i + 1);
        }
        return new(Verdict.WrongSignature);
    }
}
