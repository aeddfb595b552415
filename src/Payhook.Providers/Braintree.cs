using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Braintree: a form with a payload (base64 of XML) and a list of <c>public key|code</c>, where the code is HMAC-SHA1
/// over the payload's text, in hexadecimal, keyed with the SHA-1 of the private key.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: <c>webhook_notification_gateway</c> and <c>signature_service</c> of Braintree's Node and
/// .NET SDKs and their tests. The payload ends with a line end that form handling can lose, so it is tried with one
/// more. There is no signed time of the attempt, and no id of the event: kind, subject, time and the
/// payload's hash name it.</para>
/// <para>The answer to Braintree's check of an address is a signature of a text of the asker's choice. A payload of
/// that form is therefore refused: it can have been signed for anybody.</para>
/// </remarks>
public sealed class Braintree : Provider
{
    const string SignatureField = "bt_signature";
    const string PayloadField = "bt_payload";
    const string ChallengeField = "bt_challenge";

    static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <inheritdoc/>
    public override string Name => "braintree";

    /// <inheritdoc/>
    public override string DisplayName => "Braintree";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent"];

    /// <inheritdoc/>
    public override string SecretVariable => "BRAINTREE_PRIVATE_KEY";

    /// <inheritdoc/>
    public override ProviderParameter Parameter { get; } = new(
        "public_key", "BRAINTREE_PUBLIC_KEY",
        "The public key that belongs to the private key, from the API keys page of Braintree's control panel.",
        IsRequired: true);

    /// <inheritdoc/>
    [SuppressMessage("Security", "CA5350", Justification = "The provider's scheme; it only shortens the key")]
    public override bool TryReadKey(string text, out Secret? key)
    {
        key = text.Length == 0 ? null : new(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
        return key is not null;
    }

    /// <inheritdoc/>
    public override bool Recognises(in WebhookRequest request) =>
        request.Body.IndexOf("bt_signature="u8) >= 0 && request.Body.IndexOf("bt_payload="u8) >= 0;

    /// <inheritdoc/>
    public override bool IsWellFormed(ReadOnlySpan<byte> body) => BraintreeNotification.Read(Payload(body)) is not null;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        var signature = FormText.Find(request.Body, SignatureField, out var isRepeated);
        if (string.IsNullOrEmpty(signature)) return new(Verdict.MissingSignature);
        if (isRepeated) return new(Verdict.RepeatedSignature);
        if (signature.Length > HeaderText.LimitChars) return new(Verdict.MalformedSignature);
        if (credentials.Secrets.Count == 0 || PublicKeyOf(credentials) is not { } publicKey)
            return new(Verdict.MissingSecret);
        if (Payload(request.Body) is not { } payload || IsChallenge(payload.AsSpan().TrimEnd('\n')))
            return new(Verdict.MalformedBody);

        Span<byte> macs = stackalloc byte[20 * Mac.OfferedLimit];
        macs = macs[..ReadMacs(signature, publicKey, macs, out var isOther)];
        if (macs.IsEmpty) return new(isOther ? Verdict.WrongSignature : Verdict.MalformedSignature);
        var text = Encoding.ASCII.GetBytes(payload + "\n");
        var number = Mac.Find(MacAlgorithm.Sha1, macs, text.AsSpan(0, text.Length - 1), credentials.Secrets);
        if (number == 0) number = Mac.Find(MacAlgorithm.Sha1, macs, text, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <summary>Signs a form, or the XML of a notification, which it puts into a form.</summary>
    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        if (PublicKeyOf(credentials) is not { } publicKey) return null;
        var form = body.TrimStart(" \t\r\n"u8).StartsWith("<"u8)
            ? $"{PayloadField}={FormText.Encode(Convert.ToBase64String(body) + "\n")}"
            : WithoutSignature(body);
        if (form is null || Payload(Encoding.UTF8.GetBytes(form)) is not { } payload) return null;
        var signature = $"{publicKey}|{Code(payload, credentials)}";
        form = $"{SignatureField}={FormText.Encode(signature)}&{form}";
        return new(Encoding.UTF8.GetBytes(form), [new("Content-Type", "application/x-www-form-urlencoded")]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        var payload = Payload(request.Body);
        if (BraintreeNotification.Read(payload) is not { } notification) return Reading.Malformed;
        if (notification.ToEvent(HashOf(payload!)) is not { } read) return Reading.MissingFields;
        events.Add(read);
        return Reading.Read;
    }

    /// <inheritdoc/>
    public override string? AnswerChallenge(ReadOnlySpan<char> query, Credentials credentials)
    {
        var challenge = FormText.FindInQuery(query, ChallengeField, out var isRepeated);
        if (isRepeated || !IsChallenge(challenge) || credentials.Secrets.Count == 0) return null;
        return PublicKeyOf(credentials) is { } publicKey ? $"{publicKey}|{Code(challenge!, credentials)}" : null;
    }

    /// <summary>
    /// Of the payload alone: the form around it is not signed, and whoever has one can write it in endless ways.
    /// </summary>
    static string HashOf(string payload) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(payload.TrimEnd('\n'))).AsSpan(0, 16));

    static string Code(string text, Credentials credentials) =>
        Mac.Write(MacAlgorithm.Sha1, MacEncoding.Hex, credentials.Secrets[0], default, Encoding.ASCII.GetBytes(text));

    static string? PublicKeyOf(Credentials credentials) =>
        credentials.Parameter is { Length: > 0 and <= PaymentEvent.IdLimitChars } key ? key : null;

    static bool IsChallenge(ReadOnlySpan<char> text) =>
        text.Length is >= 20 and <= 32 && !text.ContainsAnyExcept(LowerHex);

    /// <summary>The payload as it is signed; <see langword="null"/> where it is absent or no base64.</summary>
    static string? Payload(ReadOnlySpan<byte> body)
    {
        var payload = FormText.Find(body, PayloadField, out var isRepeated);
        if (string.IsNullOrEmpty(payload) || isRepeated) return null;
        foreach (var letter in payload)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('+' or '/' or '=' or '\n')) return null;
        }
        return payload;
    }

    /// <summary>Decodes the codes that belong to our public key, as far as there is room.</summary>
    /// <returns>How many bytes were written.</returns>
    static int ReadMacs(ReadOnlySpan<char> signature, string publicKey, Span<byte> macs, out bool isOther)
    {
        var length = 0;
        isOther = false;
        foreach (var part in signature.Split('&'))
        {
            var pair = signature[part];
            var bar = pair.LastIndexOf('|');
            if (bar < 0 || length == macs.Length) continue;
            if (!pair[..bar].SequenceEqual(publicKey)) isOther = true;
            else if (Mac.TryReadHex(pair[(bar + 1)..], macs.Slice(length, 20))) length += 20;
        }
        return length;
    }

    static string? WithoutSignature(ReadOnlySpan<byte> body) =>
        System.Text.Unicode.Utf8.IsValid(body)
            ? string.Join('&', Encoding.UTF8.GetString(body).Split('&')
                .Where(f => !f.StartsWith(SignatureField + "=", StringComparison.Ordinal)))
            : null;
}
