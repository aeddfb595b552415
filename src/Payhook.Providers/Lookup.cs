namespace Payhook.Providers;

/// <summary>Something outside the request that verification depends on, to be fetched by whoever may do so.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Reference">
/// Which one: an address or an id, already held against the provider's own rules. It comes from a request that
/// nobody has verified, so how often it is followed must be bounded.
/// </param>
public sealed record Lookup(LookupKind Kind, string Reference);

/// <summary>What a <see cref="Lookup"/> can ask for.</summary>
public enum LookupKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>PayPal's certificate at an address that PayPal owns.</summary>
    PayPalCertificate,

    /// <summary>PayPal's own answer whether it sent a request.</summary>
    PayPalPostback,

    /// <summary>Plaid's public key of a key id.</summary>
    PlaidKey,

    /// <summary>Mollie's payment of an id.</summary>
    MolliePayment,
}

/// <summary>What a <see cref="Lookup"/> found.</summary>
public sealed class Found
{
    /// <summary>The key that was looked up.</summary>
    public PublicKey? Key { get; init; }

    /// <summary>The document that was looked up, as received.</summary>
    public byte[]? Document { get; init; }

    /// <summary>True where the provider itself said that the request is its own.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>For which of the secrets it said so, counted from 1.</summary>
    public int SecretNumber { get; init; }

    /// <summary>
    /// Why nothing usable was found: <see cref="Verdict.KeyUnavailable"/> where trying again may help,
    /// <see cref="Verdict.UntrustedKey"/> where it will not.
    /// </summary>
    public Verdict Failure { get; init; }
}
