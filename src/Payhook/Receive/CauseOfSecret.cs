using System.Text;
using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>Right signatures of a wrong key: another source's, an older one, or the own one read differently.</summary>
static class CauseOfSecret
{
    /// <summary>The most sources and the most secrets that are tried.</summary>
    const int SourcesLimit = 8, SecretsLimit = 64;

    /// <summary>A key that is shorter could be guessed, and a forgery then be explained with it.</summary>
    const int DecodedLeastBytes = 8;

    const string Prefix = "whsec_";

    /// <summary>Another source of the same provider, as it is configured.</summary>
    public static Cause? FindOtherSource(ref CauseTries tries, IReadOnlyList<Source> allSources)
    {
        var own = tries.Source;
        var left = SourcesLimit;
        var secretsLeft = tries.SecretsAffordable;
        foreach (var other in allSources)
        {
            if (other.Name == own.Name || other.Provider.Name != own.Provider.Name) continue;
            var secrets = Unknown(own, other.Credentials.Secrets);
            if (secrets.Count == 0 && other.Credentials.Parameter != own.Credentials.Parameter)
                secrets = [.. other.Credentials.Secrets.Take(CauseTries.SecretsOfTryLimit)];
            if (secrets.Count == 0) continue;
            if (left-- == 0 || (secretsLeft -= secrets.Count) < 0) return null;
            var isSandbox = other.Credentials.IsSandbox;
            var credentials = CauseTries.WithoutClock(
                other.Credentials, secrets, other.Credentials.Parameter, isSandbox);
            if (tries.Find(own.Provider, tries.Request, credentials) == 0) continue;
            if (isSandbox != own.Credentials.IsSandbox) return CauseKind.OtherMode.Found(
                $"The signature is right for the source {other.Name}, which is {Mode(isSandbox)}, and came to the "
                + $"source {own.Name}, which is {Mode(own.Credentials.IsSandbox)}.");
            return own.Provider.KeyForm == KeyForm.WebhookId
                ? CauseKind.OtherWebhookId.Found($"The signature is right with the webhook id of {other.Name}.")
                : CauseKind.OtherSource.Found(
                    $"The signature is right for the source {other.Name}, and came to the source {own.Name}.");
        }
        return null;
    }

    /// <summary>A source of another provider that the request is right for, as it came.</summary>
    public static Cause? FindOtherProvider(ref CauseTries tries, IReadOnlyList<Source> allSources)
    {
        var left = SourcesLimit;
        var secretsLeft = tries.SecretsAffordable;
        foreach (var other in allSources)
        {
            // What does not sign the body could be right for any request.
            if (other.Provider.Name == tries.Source.Provider.Name || !other.Provider.SignsBody) continue;
            if (other.Credentials.Secrets.Count == 0 || !other.Provider.Recognises(tries.Request)) continue;
            IReadOnlyList<Secret> secrets = [.. other.Credentials.Secrets.Take(CauseTries.SecretsOfTryLimit)];
            if (left-- == 0 || (secretsLeft -= secrets.Count) < 0) return null;
            var credentials = CauseTries.WithoutClock(
                other.Credentials, secrets, other.Credentials.Parameter, other.Credentials.IsSandbox);
            if (tries.Find(other.Provider, tries.Request, credentials) > 0) return CauseKind.OtherProvider.Found(
                $"The request is right for the source {other.Name} ({other.Provider.DisplayName}), and came to the "
                + $"source {tries.Source.Name} ({tries.Source.Provider.DisplayName}).");
        }
        return null;
    }

    /// <summary>Retired secrets, the default one, this source's read differently, and those of other sources.</summary>
    public static Cause? FindOtherSecret(ref CauseTries tries, IReadOnlyList<Source> allSources)
    {
        var own = tries.Source;
        var candidates = new List<(Secret Secret, Cause Cause)>();
        foreach (var secret in own.RetiredSecrets) Add(candidates, own, secret, CauseKind.RetiredSecret.Found());
        if (own.Provider.KeyForm is not (KeyForm.PublicKey or KeyForm.WebhookId))
        {
            foreach (var secret in own.Credentials.Secrets) AddReadings(candidates, own, secret);
            Add(candidates, own, new Secret(Settings.DefaultSecret), CauseKind.DefaultSecret.Found());
        }
        foreach (var other in allSources)
        {
            var isSame = other.Provider.Name == own.Provider.Name;
            if (isSame && other.Credentials.Parameter == own.Credentials.Parameter) continue; // tried as it is
            foreach (var secret in other.Credentials.Secrets)
                Add(candidates, own, secret, CauseKind.OtherSource.Found(
                    $"The signature is right with the secret of the source {other.Name} "
                    + $"({other.Provider.DisplayName})."));
        }
        if (own.Provider.KeyForm == KeyForm.Text)
        {
            foreach (var secret in own.Credentials.Secrets) AddSlips(candidates, own, secret);
        }

        var count = Math.Min(candidates.Count, tries.SecretsAffordable);
        for (var start = 0; start < count; start += CauseTries.SecretsOfTryLimit)
        {
            var chunk = candidates.GetRange(start, Math.Min(CauseTries.SecretsOfTryLimit, count - start));
            var number = tries.FindSecret([.. chunk.Select(c => c.Secret)]);
            if (number > 0 && number <= chunk.Count) return chunk[number - 1].Cause;
        }
        return null;
    }

    /// <summary>The provider's other environment: proven, or named by the key that the request asks for.</summary>
    public static Cause? FindEnvironment(ref CauseTries tries)
    {
        var own = tries.Source;
        var isSandbox = own.Credentials.IsSandbox;
        var flipped = CauseTries.WithoutClock(
            own.Credentials, own.Credentials.Secrets, own.Credentials.Parameter, !isSandbox);
        var finding = $"The request is {Mode(!isSandbox)}, and the source {own.Name} is {Mode(isSandbox)}.";
        if (tries.Find(own.Provider, tries.Request, flipped) > 0) return CauseKind.Environment.Found(finding);
        return own.Provider.FindLookup(tries.Request, own.Credentials) is null
            && own.Provider.FindLookup(tries.Request, flipped) is not null
            ? CauseKind.Environment.Found(
                $"The request names a key that is {Mode(!isSandbox)}, and the source {own.Name} is {Mode(isSandbox)}.")
            : null;
    }

    /// <summary>The sender's secret with what got into its setting; the last, since it is seldom.</summary>
    static void AddSlips(List<(Secret, Cause)> candidates, Source own, Secret secret)
    {
        ReadOnlySpan<(string, string)> slips = [("", " "), (" ", ""), ("\"", "\""), ("'", "'")];
        foreach (var (before, after) in slips)
        {
            byte[] other = [.. Encoding.ASCII.GetBytes(before), .. secret.Bytes, .. Encoding.ASCII.GetBytes(after)];
            Add(candidates, own, new(other), (before + after).Trim().Length == 0
                ? CauseKind.SecretWhiteSpace.Found()
                : CauseKind.SecretQuotes.Found("The signature is right with the same secret in quotation marks."));
        }
    }

    static void AddReadings(List<(Secret, Cause)> candidates, Source own, Secret secret)
    {
        var key = secret.Bytes;
        var isText = own.Provider.KeyForm is KeyForm.Text or KeyForm.UserAndPassword;
        if (key.IsEmpty || key.Length > 4096) return;
        if (isText)
        {
            AddKey(key.Trim(" \t\r\n"u8), CauseKind.SecretWhiteSpace.Found());
            AddKey(key.Trim("\"' \t\r\n"u8), CauseKind.SecretQuotes.Found());
        }
        AddKey([.. key, (byte)'\n'], CauseKind.SecretWhiteSpace.Found());
        AddKey([.. key, (byte)'\r', (byte)'\n'], CauseKind.SecretWhiteSpace.Found());
        if (own.Provider.KeyForm == KeyForm.UserAndPassword) return;

        var text = isText ? Encoding.Latin1.GetString(key) : "";
        var bare = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        if (isText)
        {
            AddDecoded(bare);
            if (bare.Length < text.Length) AddRead(bare, $"without its {Prefix}");
            else AddRead(Prefix + text, $"with {Prefix} before it");
            return;
        }
        AddRead(Convert.ToHexStringLower(key), "as hexadecimal text that is not decoded");
        AddRead(Convert.ToHexString(key), "as hexadecimal text that is not decoded");
        AddRead(Convert.ToBase64String(key), "as Base64 text that is not decoded");
        AddRead(Prefix + Convert.ToBase64String(key), $"as text that is not decoded, its {Prefix} included");

        void AddKey(ReadOnlySpan<byte> other, Cause cause)
        {
            if (!other.IsEmpty) Add(candidates, own, new Secret(other), cause);
        }

        void AddRead(string other, string how) => AddKey(Encoding.Latin1.GetBytes(other),
            CauseKind.SecretEncoding.Found($"The signature is right with the same secret {how}."));

        void AddDecoded(string encoded)
        {
            var decoded = new byte[encoded.Length];
            if (Convert.FromHexString(encoded, decoded, out _, out var length) == System.Buffers.OperationStatus.Done
                && length >= DecodedLeastBytes)
                AddKey(decoded.AsSpan(0, length), CauseKind.SecretEncoding.Found(
                    "The signature is right with the same secret decoded from hexadecimal."));
            var padded = encoded.Replace('-', '+').Replace('_', '/').TrimEnd('=');
            if (Convert.TryFromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='), decoded, out length)
                && length >= DecodedLeastBytes)
                AddKey(decoded.AsSpan(0, length), CauseKind.SecretEncoding.Found(
                    "The signature is right with the same secret decoded from Base64."));
        }
    }

    static void Add(List<(Secret, Cause)> candidates, Source own, Secret secret, Cause cause)
    {
        if (candidates.Count < SecretsLimit && IsUnknown(own, secret)) candidates.Add((secret, cause));
    }

    static IReadOnlyList<Secret> Unknown(Source own, IReadOnlyList<Secret> secrets) =>
        [.. secrets.Where(s => IsUnknown(own, s)).Take(CauseTries.SecretsOfTryLimit)];

    static bool IsUnknown(Source own, Secret secret) => !own.Credentials.Secrets.Any(
        s => ReferenceEquals(s, secret)
            || (s.PublicKey is null && secret.PublicKey is null && s.Bytes.SequenceEqual(secret.Bytes)));

    static string Mode(bool isSandbox) => isSandbox ? "of the sandbox (test)" : "live";
}
