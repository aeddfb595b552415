using System.Buffers;
using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>
/// Verifies altered forms of one refused request within a budget, because whoever sent it decides how often that is
/// asked for. What is spent is answered as "not verified".
/// </summary>
ref struct CauseTries(in WebhookRequest request, Source source)
{
    /// <summary>The most verifications for one refused request.</summary>
    public const int TriesLimit = 64;

    /// <summary>
    /// The most bytes that are hashed for one refused request, over all secrets: larger bodies get fewer tries.
    /// </summary>
    public const long HashedLimitBytes = 64 * 256 * 1024;

    /// <summary>The most secrets in one verification.</summary>
    public const int SecretsOfTryLimit = 8;

    /// <summary>The most bytes that are worked in, in the one buffer.</summary>
    public const int ScratchLimitBytes = 2 * 1024 * 1024;

    readonly HashSet<int> _triedBodies = [HashOf(request.Body)];
    byte[]? _scratch;

    public readonly WebhookRequest Request = request;

    public readonly Source Source = source;

    public int Tries { get; private set; }

    public long HashedBytes { get; private set; }

    /// <summary>True where not one more try of a body of this length is left.</summary>
    public readonly bool IsSpent => !Affords(Request.Body.Length, Source.Credentials);

    /// <summary>How many secrets the body as received can be tried with for half of what is left.</summary>
    public readonly int SecretsAffordable =>
        (int)Math.Min((HashedLimitBytes - HashedBytes) / 2 / Math.Max(1, Request.Body.Length), int.MaxValue);

    /// <summary>Credentials that look at no clock: a cause is not to be missed for being looked at late.</summary>
    public static Credentials WithoutClock(
        Credentials credentials, IReadOnlyList<Secret> secrets, string? parameter, bool isSandbox) =>
        new(secrets)
        {
            Parameter = parameter, IsSandbox = isSandbox, UsesPostback = credentials.UsesPostback,
            Tolerance = Timeout.InfiniteTimeSpan,
        };

    /// <summary>One try.</summary>
    /// <returns>The number of the secret that matched, counted from 1; 0 where none did or nothing is left.</returns>
    public int Find(Provider provider, scoped WebhookRequest request, Credentials credentials)
    {
        if (!TrySpend(request.Body.Length, credentials)) return 0;
        var verification = provider.Verify(request, credentials);
        return verification.IsVerified ? Math.Max(1, verification.SecretNumber) : 0;
    }

    /// <summary>The request with another body, and the source as it is configured.</summary>
    public bool VerifiesBody(scoped ReadOnlySpan<byte> body) =>
        Affords(body.Length, Source.Credentials) && _triedBodies.Add(HashOf(body))
        && Find(Source.Provider, Request.WithBody(body), Own(Source.Credentials.Parameter)) > 0;

    /// <summary>The request with another value of one header.</summary>
    public bool VerifiesHeader(string name, string value) =>
        VerdictOf(new AlteredHeaders(Request.Headers, name, value)) == Verdict.Verified;

    /// <summary>The verdict over the request with other headers; a plain refusal where nothing is left.</summary>
    public Verdict VerdictOf(IHeaders headers)
    {
        var credentials = Own(Source.Credentials.Parameter);
        if (!TrySpend(Request.Body.Length, credentials)) return Verdict.Refused;
        return Source.Provider.Verify(WithHeaders(headers), credentials).Verdict;
    }

    /// <summary>The request as it is, and the source with another parameter.</summary>
    public bool VerifiesParameter(string parameter) =>
        Find(Source.Provider, Request, Own(parameter)) > 0;

    /// <summary>The request as it is, and the source with other secrets.</summary>
    public int FindSecret(IReadOnlyList<Secret> secrets) => Find(
        Source.Provider, Request,
        WithoutClock(Source.Credentials, secrets, Source.Credentials.Parameter, Source.Credentials.IsSandbox));

    readonly WebhookRequest WithHeaders(IHeaders headers) =>
        new(headers, Request.Body) { Query = Request.Query, ReceivedAt = Request.ReceivedAt, Found = Request.Found };

    /// <summary>The one buffer, from a pool; empty where more is asked for than there may be.</summary>
    public byte[] Scratch(int sizeBytes)
    {
        if (sizeBytes > ScratchLimitBytes) return [];
        if (_scratch?.Length >= sizeBytes) return _scratch;
        Release();
        return _scratch = ArrayPool<byte>.Shared.Rent(sizeBytes);
    }

    public void Release()
    {
        if (_scratch is not null) ArrayPool<byte>.Shared.Return(_scratch);
        _scratch = null;
    }

    bool TrySpend(int bodyLength, Credentials credentials)
    {
        if (!Affords(bodyLength, credentials)) return false;
        Tries++;
        HashedBytes += CostBytes(bodyLength, credentials);
        return true;
    }

    readonly bool Affords(int bodyLength, Credentials credentials) =>
        Tries < TriesLimit && HashedBytes + CostBytes(bodyLength, credentials) <= HashedLimitBytes;

    static long CostBytes(int bodyLength, Credentials credentials) =>
        (long)bodyLength * Math.Max(1, credentials.Secrets.Count);

    readonly Credentials Own(string? parameter) =>
        WithoutClock(Source.Credentials, Source.Credentials.Secrets, parameter, Source.Credentials.IsSandbox);

    /// <summary>Two bodies of one hash cost a cause that is not found, never one that is wrong.</summary>
    static int HashOf(ReadOnlySpan<byte> body)
    {
        var hash = new HashCode();
        hash.AddBytes(body);
        return hash.ToHashCode();
    }
}

/// <summary>Headers of which one has another value, because a request's own are not to be changed.</summary>
sealed class AlteredHeaders(IHeaders inner, string name, string? value) : IHeaders
{
    public string? Find(string wanted, out bool isRepeated)
    {
        if (!IsAltered(wanted)) return inner.Find(wanted, out isRepeated);
        isRepeated = false;
        return value;
    }

    public string? FindAt(string wanted, int index) =>
        !IsAltered(wanted) ? inner.FindAt(wanted, index) : index == 0 ? value : null;

    bool IsAltered(string wanted) => string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase);
}
