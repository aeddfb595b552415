using System.Text;
using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>What happens to the headers that carry a signature: other names, other spellings, none, too many.</summary>
static class CauseOfSignature
{
    /// <summary>The longest value that is altered, in characters.</summary>
    const int ValueLimitChars = 4096;

    /// <summary>The most signature headers of one provider that are looked at, and values of one header.</summary>
    const int HeadersLimit = 4;

    static readonly string[] Prefixes = ["sha256=", "sha512=", "sha1=", "v1=", "v1,", "hmac-sha256=", "Bearer "];

    /// <summary>Names under which signatures are sent that are no provider's own, or no longer.</summary>
    static readonly string[] CommonNames =
    [
        "X-Hub-Signature", "X-Square-Signature", "X-Signature", "Signature", "X-Webhook-Signature",
        "X-Hmac-Signature", "X-Hmac-Sha256", "X-Payload-Signature", "X-Signature-256", "Authorization",
    ];

    /// <summary>Headers of the providers here that say no more than "somebody signs".</summary>
    static readonly string[] NamesOfNobody = ["Authorization", "Signature", "X-Signature"];

    static readonly string[] KnownNames = [.. ProviderCatalog.All.SelectMany(p => p.SignatureHeaders)
        .Concat(CommonNames).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Headers of an older scheme of a provider, beside those of today's.</summary>
    static readonly (string Old, string Today)[] OldNames =
    [
        ("X-Square-Signature", "X-Square-HmacSha256-Signature"), ("X-Hub-Signature", "X-Hub-Signature-256"),
    ];

    /// <summary>A signature that is right, but for how it is written.</summary>
    public static Cause? FindSpelling(ref CauseTries tries)
    {
        foreach (var name in tries.Source.Provider.SignatureHeaders.Take(HeadersLimit))
        {
            var value = tries.Request.Headers.Find(name, out _);
            if (value is null or "" or { Length: > ValueLimitChars }) continue;
            if (FindSpelling(ref tries, name, value) is { } cause) return cause;
        }
        return null;
    }

    static Cause? FindSpelling(ref CauseTries tries, string name, string value)
    {
        if (Verifies(ref tries, name, value, Without(value, IsWhiteSpace)))
            return CauseKind.SignatureWhiteSpace.Found();
        if (Verifies(ref tries, name, value, Without(value, c => c is '"' or '\'' || IsWhiteSpace(c))))
            return CauseKind.SignatureQuotes.Found();
        if (Verifies(ref tries, name, value, value.Replace(' ', '+')))
            return CauseKind.SignatureUrlEncoded.Found();
        if (value.Contains('%') && Verifies(ref tries, name, value, Uri.UnescapeDataString(value)))
            return CauseKind.SignatureUrlEncoded.Found();
        if (Verifies(ref tries, name, value, Unfolded(value)))
            return CauseKind.RepeatedHeader.Found($"The header {name} came with its value twice.");

        foreach (var encoding in Encodings)
        {
            if (Verifies(ref tries, name, value, Reencode(value, encoding.Convert))) return encoding.Kind.Found();
        }

        foreach (var prefix in Prefixes)
        {
            if (value.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                if (Verifies(ref tries, name, value, value[prefix.Length..])) return CauseKind.SignaturePrefix.Found(
                    $"The signature is right without the \"{prefix}\" before it.");
            }
            else if (Verifies(ref tries, name, value, prefix + value))
            {
                return CauseKind.SignaturePrefix.Found($"The signature is right with \"{prefix}\" before it.");
            }
        }
        return null;
    }

    /// <summary>A header that came more than once. It is refused whatever it says, so seeing it is enough.</summary>
    public static Cause? FindRepeated(ref CauseTries tries)
    {
        var provider = tries.Source.Provider;
        foreach (var name in provider.SignatureHeaders.Concat(provider.KeptHeaders))
        {
            var first = tries.Request.Headers.Find(name, out var isRepeated);
            if (!isRepeated || first is null || name is "Content-Type" or "User-Agent") continue;
            var isSame = true;
            for (var i = 1; i < HeadersLimit && tries.Request.Headers.FindAt(name, i) is { } other; i++)
                isSame &= other == first;
            if (isSame) return CauseKind.RepeatedHeader.Found(
                $"The header {name} came more than once, each time with the same value.");
            for (var i = 0; i < HeadersLimit && tries.Request.Headers.FindAt(name, i) is { } value; i++)
            {
                if (tries.VerifiesHeader(name, value)) return CauseKind.RepeatedHeader.Found(
                    $"The header {name} came more than once with different values, and number {i + 1} is right.");
            }
            return CauseKind.RepeatedHeader.Found(
                $"The header {name} came more than once with different values, and none is right.");
        }
        return null;
    }

    /// <summary>The request has none of the headers that this provider signs in.</summary>
    public static Cause? FindMissing(ref CauseTries tries, IReadOnlyList<Source> allSources)
    {
        var headers = tries.Source.Provider.SignatureHeaders;
        foreach (var name in headers.Take(HeadersLimit))
        {
            if (tries.Request.Headers.Find(name, out _) is { } value && string.IsNullOrWhiteSpace(value))
                return CauseKind.SignatureEmpty.Found($"The header {name} is there, but empty.");
        }
        return FindElsewhere(ref tries)
            ?? CauseOfSecret.FindOtherProvider(ref tries, allSources)
            ?? FindStranger(ref tries)
            ?? CauseKind.Unsigned.Found(headers.Count == 0
                ? null : $"The request carries no signature: it has no header {string.Join(" or ", headers)}.");
    }

    /// <summary>A signature under a name that is not the provider's.</summary>
    static Cause? FindElsewhere(ref CauseTries tries)
    {
        var own = tries.Source.Provider.SignatureHeaders;
        foreach (var name in own.SelectMany(Variants).Concat(KnownNames))
        {
            if (own.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (tries.Request.Headers.Find(name, out _) is not { Length: > 0 and <= ValueLimitChars } value) continue;
            foreach (var header in own.Take(HeadersLimit))
            {
                if (tries.VerifiesHeader(header, value)) return CauseKind.WrongHeader.Found(
                    $"The signature is right, but came in the header {name} where {header} is expected.");
            }
        }
        foreach (var (old, today) in OldNames)
        {
            if (own.Contains(today, StringComparer.OrdinalIgnoreCase)
                && tries.Request.Headers.Find(old, out _) is { Length: > 0 }) return CauseKind.WrongHeader.Found(
                $"The request has the header {old}, of a scheme that is no longer accepted, and no {today}.");
        }
        if (!tries.Request.Body.IsEmpty) return null; // then it would have been proven
        foreach (var header in own)
        foreach (var name in Variants(header))
        {
            if (!KnownNames.Contains(name, StringComparer.OrdinalIgnoreCase)
                && tries.Request.Headers.Find(name, out _) is { Length: > 0 }) return CauseKind.WrongHeader.Found(
                $"The request has the header {name} and no {header}, so its signature was not looked at.");
        }
        return null;
    }

    /// <summary>What proxies and frameworks make of a header's name.</summary>
    static string[] Variants(string name) =>
    [
        name.Replace('-', '_'), "X-" + name, "X-Original-" + name, "X-Forwarded-" + name,
        name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) ? name[2..] : name,
    ];

    /// <summary>Another provider's header, in a request that has none of this one's.</summary>
    static Cause? FindStranger(ref CauseTries tries)
    {
        var own = tries.Source.Provider.SignatureHeaders;
        foreach (var name in ProviderCatalog.All.SelectMany(p => p.SignatureHeaders))
        {
            if (own.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (NamesOfNobody.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (tries.Request.Headers.Find(name, out _) is not { Length: > 0 }) continue;
            var users = ProviderCatalog.All.Where(p => p.SignatureHeaders
                .Contains(name, StringComparer.OrdinalIgnoreCase)).Select(p => p.DisplayName);
            return CauseKind.OtherProvider.Found($"The request has no signature of "
                + $"{tries.Source.Provider.DisplayName}'s, but the header {name} of {string.Join(" or ", users)}.");
        }
        return null;
    }

    /// <summary>Which header is missing is asked of the provider: with it, the verdict is another one.</summary>
    public static Cause FindMissingHeader(ref CauseTries tries)
    {
        var provider = tries.Source.Provider;
        var request = tries.Request;
        var absent = provider.SignatureHeaders.Concat(provider.KeptHeaders).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(n => n is not ("Content-Type" or "User-Agent")).Take(HeadersLimit * 4).ToList();
        for (var i = absent.Count - 1; i >= 0; i--)
        {
            if (!string.IsNullOrEmpty(request.Headers.Find(absent[i], out _))) absent.RemoveAt(i);
        }
        if (IsMissing(ref tries, absent)) return CauseKind.MissingHeader.Found(); // not a header then: the query
        var needed = new List<string>();
        foreach (var name in absent)
        {
            if (IsMissing(ref tries, absent.Where(n => n != name))) needed.Add(name);
        }
        return CauseKind.MissingHeader.Found(needed.Count == 0 ? null
            : $"What is signed together with the body is not in the request: {string.Join(", ", needed)}.");
    }

    /// <summary>Whether something is missing still, once these headers are there.</summary>
    static bool IsMissing(ref CauseTries tries, IEnumerable<string> filled)
    {
        var headers = tries.Request.Headers;
        foreach (var name in filled) headers = new AlteredHeaders(headers, name, "1");
        return tries.VerdictOf(headers) == Verdict.MissingHeader;
    }

    static bool Verifies(ref CauseTries tries, string name, string value, string altered) =>
        altered.Length > 0 && altered != value && tries.VerifiesHeader(name, altered);

    static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c == '\uFEFF';

    static string Without(string value, Func<char, bool> isUnwanted) =>
        value.Any(isUnwanted) ? new([.. value.Where(c => !isUnwanted(c))]) : value;

    /// <summary>The value once, where something in between joined a header that came twice.</summary>
    static string Unfolded(string value)
    {
        for (var comma = value.IndexOf(','); comma >= 0; comma = value.IndexOf(',', comma + 1))
        {
            if (value.AsSpan(comma + 1).TrimStart().SequenceEqual(value.AsSpan(0, comma))) return value[..comma];
        }
        return value;
    }

    static readonly (CauseKind Kind, Func<string, string?> Convert)[] Encodings =
    [
        (CauseKind.HexInsteadOfBase64, text => DecodeHex(text) is { } mac ? Convert.ToBase64String(mac) : null),
        (CauseKind.Base64InsteadOfHex, text => DecodeHex(text) is null && DecodeBase64(text) is { } mac
            ? Convert.ToHexStringLower(mac) : null),
        (CauseKind.Base64InsteadOfHex, text => DecodeBase64(text) is { } hex && DecodeHex(Encoding.ASCII.GetString(hex))
            is not null ? Encoding.ASCII.GetString(hex) : null),
        (CauseKind.SignatureUrlEncoded, text => DecodeBase64(text) is { } mac ? Convert.ToBase64String(mac) : null),
    ];

    /// <summary>Converts every part of a list such as <c>t=1,v1=ab</c> that is long enough to be a signature.</summary>
    static string Reencode(string value, Func<string, string?> convert)
    {
        var separator = value.Contains(';') ? ';' : ',';
        var parts = value.Split(separator);
        for (var i = 0; i < parts.Length; i++)
        {
            var equals = parts[i].IndexOf('=');
            var start = equals is > 0 and < 12 && equals < parts[i].TrimEnd('=').Length ? equals + 1 : 0;
            if (convert(parts[i][start..]) is { } converted) parts[i] = parts[i][..start] + converted;
        }
        return string.Join(separator, parts);
    }

    static byte[]? DecodeHex(string text)
    {
        if (text.Length is < 40 or > 1024 || text.Length % 2 != 0) return null;
        var bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }

    static byte[]? DecodeBase64(string text)
    {
        if (text.Length is < 26 or > 1024) return null;
        var padded = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }
}
