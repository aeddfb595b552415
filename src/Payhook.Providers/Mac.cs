using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Payhook.Providers;

/// <summary>The hash functions that providers use in their message authentication codes.</summary>
public enum MacAlgorithm
{
    /// <summary>HMAC-SHA256.</summary>
    Sha256 = 0,

    /// <summary>HMAC-SHA1, which is still safe as an HMAC.</summary>
    Sha1,

    /// <summary>HMAC-SHA384.</summary>
    Sha384,

    /// <summary>HMAC-SHA512.</summary>
    Sha512,
}

/// <summary>How a message authentication code is written.</summary>
public enum MacEncoding
{
    /// <summary>Hexadecimal, in either case.</summary>
    Hex = 0,

    /// <summary>Base64 with its padding.</summary>
    Base64,
}

/// <summary>Message authentication codes compared in constant time, without allocating.</summary>
static class Mac
{
    public const int LimitBytes = 64;

    public static int SizeBytes(MacAlgorithm algorithm) => algorithm switch
    {
        MacAlgorithm.Sha1 => 20,
        MacAlgorithm.Sha384 => 48,
        MacAlgorithm.Sha512 => 64,
        _ => 32,
    };

    /// <summary>Decodes a signature; false where the text is not one of <paramref name="mac"/>'s length.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, MacEncoding encoding, Span<byte> mac) =>
        encoding == MacEncoding.Hex ? TryReadHex(text, mac) : TryReadBase64(text, mac);

    public static bool TryReadHex(ReadOnlySpan<char> hex, Span<byte> mac) =>
        hex.Length == mac.Length * 2
        && Convert.FromHexString(hex, mac, out _, out _) == OperationStatus.Done;

    /// <summary>Only the one canonical spelling counts: no white space, no stray bits at the end.</summary>
    public static bool TryReadBase64(ReadOnlySpan<char> text, Span<byte> mac)
    {
        if (text.Length != (mac.Length + 2) / 3 * 4) return false;
        if (!Convert.TryFromBase64Chars(text, mac, out var written) || written != mac.Length) return false;
        Span<char> again = stackalloc char[text.Length];
        return Convert.TryToBase64Chars(mac, again, out _) && again.SequenceEqual(text);
    }

    /// <summary>The most codes that one header may offer; a sender needs one for each of its secrets.</summary>
    public const int OfferedLimit = 8;

    /// <summary>
    /// Finds the secret whose code over <paramref name="prefix"/> and then the text is one of those given. However
    /// many a header offers, each secret costs one computation.
    /// </summary>
    /// <param name="algorithm">The hash function.</param>
    /// <param name="mac">One code, or several back to back.</param>
    /// <param name="prefix">What is signed before the text.</param>
    /// <param name="text">What is signed.</param>
    /// <param name="secrets">The secrets to try, in order.</param>
    /// <returns>The secret's number, counted from 1, or 0 where none matches.</returns>
    public static int Find(
        MacAlgorithm algorithm, ReadOnlySpan<byte> mac, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> text,
        IReadOnlyList<Secret> secrets)
    {
        if (prefix.IsEmpty) return Find(algorithm, mac, text, secrets);
        var buffer = ArrayPool<byte>.Shared.Rent(prefix.Length + text.Length);
        prefix.CopyTo(buffer);
        text.CopyTo(buffer.AsSpan(prefix.Length));
        var number = Find(algorithm, mac, buffer.AsSpan(0, prefix.Length + text.Length), secrets);
        ArrayPool<byte>.Shared.Return(buffer);
        return number;
    }

    public static int Find(
        MacAlgorithm algorithm, ReadOnlySpan<byte> mac, ReadOnlySpan<byte> text, IReadOnlyList<Secret> secrets)
    {
        Span<byte> expected = stackalloc byte[SizeBytes(algorithm)];
        for (var i = 0; i < secrets.Count; i++)
        {
            if (secrets[i].Bytes.IsEmpty) continue; // a public key is no shared secret, and an empty key signs anything
            Compute(algorithm, secrets[i].Bytes, text, expected);
            for (var offered = mac; !offered.IsEmpty; offered = offered[expected.Length..])
            {
                if (CryptographicOperations.FixedTimeEquals(expected, offered[..expected.Length])) return i + 1;
            }
        }
        return 0;
    }

    [SuppressMessage("Security", "CA5350", Justification = "A provider's scheme; HMAC-SHA1 is not broken")]
    public static void Compute(
        MacAlgorithm algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, Span<byte> mac)
    {
        switch (algorithm)
        {
            case MacAlgorithm.Sha1: HMACSHA1.HashData(key, text, mac); break;
            case MacAlgorithm.Sha384: HMACSHA384.HashData(key, text, mac); break;
            case MacAlgorithm.Sha512: HMACSHA512.HashData(key, text, mac); break;
            default: HMACSHA256.HashData(key, text, mac); break;
        }
    }

    /// <summary>The code as text, to sign with; hexadecimal in lower case.</summary>
    public static string Write(
        MacAlgorithm algorithm, MacEncoding encoding, Secret secret, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> text)
    {
        Span<byte> mac = stackalloc byte[SizeBytes(algorithm)];
        byte[] whole = [.. prefix, .. text];
        Compute(algorithm, secret.Bytes, whole, mac);
        return encoding == MacEncoding.Hex ? Convert.ToHexStringLower(mac) : Convert.ToBase64String(mac);
    }

    /// <summary>The text's UTF-8 bytes in a buffer that is large enough for any header.</summary>
    public static ReadOnlySpan<byte> Utf8(ReadOnlySpan<char> text, Span<byte> buffer) =>
        Encoding.UTF8.TryGetBytes(text, buffer, out var written) ? buffer[..written] : default;
}

/// <summary>The scheme that most providers share: a code over the raw body, in one header.</summary>
static class BodySignature
{
    /// <param name="request">The request.</param>
    /// <param name="credentials">The configured sender.</param>
    /// <param name="header">The header that carries the code.</param>
    /// <param name="algorithm">The hash function.</param>
    /// <param name="encoding">How the code is written.</param>
    /// <param name="prefix">What stands before the code, such as <c>sha256=</c>; matched without case.</param>
    public static Verification Verify(
        in WebhookRequest request, Credentials credentials, string header, MacAlgorithm algorithm,
        MacEncoding encoding, string prefix = "")
    {
        if (HeaderText.Refuses(request.Headers, header, out var signature) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        if (!signature.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return new(Verdict.MalformedSignature);
        Span<byte> mac = stackalloc byte[Mac.SizeBytes(algorithm)];
        if (!Mac.TryRead(signature.AsSpan(prefix.Length), encoding, mac)) return new(Verdict.MalformedSignature);
        var number = Mac.Find(algorithm, mac, request.Body, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <summary>The request with its one header, and more headers that are not signed.</summary>
    public static SignedRequest Sign(
        ReadOnlySpan<byte> body, Credentials credentials, string header, MacAlgorithm algorithm,
        MacEncoding encoding, string prefix = "", params ReadOnlySpan<KeyValuePair<string, string>> more)
    {
        var signature = prefix + Mac.Write(algorithm, encoding, credentials.Secrets[0], default, body);
        return new(body.ToArray(), [new(header, signature), .. more]);
    }
}

/// <summary>Headers that must be there once.</summary>
static class HeaderText
{
    /// <summary>The longest value of a header that is looked at, in characters.</summary>
    public const int LimitChars = 4096;

    /// <summary>Finds the header that carries a signature; a refusal where it is absent, empty or repeated.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="name">The header's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="missing">The verdict where it is absent: another one for what is signed beside the body.</param>
    public static Verification? Refuses(
        IHeaders headers, string name, out string value, Verdict missing = Verdict.MissingSignature)
    {
        value = headers.Find(name, out var isRepeated) ?? "";
        if (value.Length == 0) return new(missing);
        if (isRepeated) return new(Verdict.RepeatedSignature);
        return value.Length > LimitChars ? new(Verdict.MalformedSignature) : null;
    }
}

/// <summary>Headers that list elements, each with its name before it: <c>t=…,v1=…,v1=…</c>.</summary>
static class SignatureElements
{
    /// <summary>The value behind a name; empty where it is absent or there are two.</summary>
    public static ReadOnlySpan<char> FindOnly(ReadOnlySpan<char> header, char separator, string name)
    {
        ReadOnlySpan<char> value = default;
        foreach (var part in header.Split(separator))
        {
            var element = header[part].Trim();
            if (!element.StartsWith(name)) continue;
            if (!value.IsEmpty) return default;
            value = element[name.Length..];
        }
        return value;
    }

    /// <summary>Decodes every code of 32 bytes behind a name, as far as there is room.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int ReadHex(ReadOnlySpan<char> header, char separator, string name, Span<byte> macs)
    {
        var length = 0;
        foreach (var part in header.Split(separator))
        {
            var element = header[part].Trim();
            if (length == macs.Length || !element.StartsWith(name)) continue;
            if (Mac.TryReadHex(element[name.Length..], macs.Slice(length, 32))) length += 32;
        }
        return length;
    }
}

/// <summary>Signed times held against the clock.</summary>
static class SignedTime
{
    /// <summary>
    /// A refusal where the time is further from the clock than the tolerance allows; the boundary itself is allowed.
    /// Asked only after the signature was found right, so that a wrong one is never told as a late one.
    /// </summary>
    /// <param name="signedAt">The signed time.</param>
    /// <param name="request">The request.</param>
    /// <param name="tolerance">The tolerance, or <see langword="null"/> for none.</param>
    /// <param name="isFutureRefused">Whether a time ahead of the clock counts as well.</param>
    public static Verification? Refuses(
        DateTimeOffset signedAt, in WebhookRequest request, TimeSpan? tolerance, bool isFutureRefused = true)
    {
        if (tolerance is not { } limit || limit == Timeout.InfiniteTimeSpan) return null;
        var skew = request.ReceivedAt - signedAt;
        if (skew <= limit && (!isFutureRefused || skew >= -limit)) return null;
        return new(Verdict.OutsideTolerance) { ClockSkew = skew };
    }

    /// <summary>Reads Unix seconds, or milliseconds where there are 13 digits.</summary>
    public static bool TryReadUnix(ReadOnlySpan<char> text, out DateTimeOffset moment)
    {
        moment = default;
        if (text.Length is 0 or > 13 || text.ContainsAnyExceptInRange('0', '9')) return false;
        var number = long.Parse(text);
        if (text.Length < 13 && number > 253_402_300_799) return false;
        moment = text.Length == 13
            ? DateTimeOffset.FromUnixTimeMilliseconds(number)
            : DateTimeOffset.FromUnixTimeSeconds(number);
        return true;
    }
}
