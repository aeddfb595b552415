namespace Payhook.Providers;

/// <summary>The closed answers to "did this come from the provider?". The zero value is a refusal.</summary>
public enum Verdict
{
    /// <summary>Nothing was decided, which is a refusal.</summary>
    Refused = 0,

    /// <summary>No secret is configured, so nothing can be verified.</summary>
    MissingSecret,

    /// <summary>The signature is absent or empty.</summary>
    MissingSignature,

    /// <summary>Something else that is signed together with the body is absent: an id, a time.</summary>
    MissingHeader,

    /// <summary>A header that must be single came more than once.</summary>
    RepeatedSignature,

    /// <summary>The signature does not have the scheme's form, so no secret could match it.</summary>
    MalformedSignature,

    /// <summary>The body that the signature stands in, or is made of, does not have the provider's form.</summary>
    MalformedBody,

    /// <summary>The request names an algorithm or a version that this provider does not use.</summary>
    UnsupportedAlgorithm,

    /// <summary>The signature has the right form and no secret matches it.</summary>
    WrongSignature,

    /// <summary>The signature is right, and its signed time is too far from the clock.</summary>
    OutsideTolerance,

    /// <summary>The key that the request names is not one of the provider's, or counts no longer.</summary>
    UntrustedKey,

    /// <summary>The key that the request names could not be had now; the sender should try again.</summary>
    KeyUnavailable,

    /// <summary>One of the secrets signed exactly these bytes.</summary>
    Verified,
}

/// <summary>A verdict, and which secret led to it. <see langword="default"/> is a refusal.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="SecretNumber">Which of the secrets matched, counted from 1; 0 where none did.</param>
public readonly record struct Verification(Verdict Verdict, int SecretNumber = 0)
{
    /// <summary>
    /// How far the signed time lies behind the clock (negative: ahead of it), where the verdict is
    /// <see cref="Verdict.OutsideTolerance"/>.
    /// </summary>
    public TimeSpan ClockSkew { get; init; }

    /// <summary>True for <see cref="Verdict.Verified"/> and nothing else.</summary>
    public bool IsVerified => Verdict == Verdict.Verified;
}

/// <summary>The closed answers to "could the body be read?". The zero value is a refusal.</summary>
public enum Reading
{
    /// <summary>The body does not have the provider's syntax (not JSON, too deep, not UTF-8).</summary>
    Malformed = 0,

    /// <summary>The syntax is right, but a required field is missing, too long, or of the wrong type.</summary>
    MissingFields,

    /// <summary>The body holds more events than <see cref="PaymentEvent.BatchLimitEvents"/>.</summary>
    TooManyEvents,

    /// <summary>The body was read.</summary>
    Read,
}
