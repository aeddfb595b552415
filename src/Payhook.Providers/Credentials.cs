namespace Payhook.Providers;

/// <summary>What a listener knows of one configured sender: its keys, and what else its signature depends on.</summary>
public sealed class Credentials
{
    /// <summary>Takes the keys.</summary>
    /// <param name="secrets">Keys as <see cref="Provider.TryReadKey"/> made them.</param>
    public Credentials(params IReadOnlyList<Secret> secrets) => Secrets = secrets;

    /// <summary>The keys. Any of them verifies, the first one signs; none at all is a refusal.</summary>
    public IReadOnlyList<Secret> Secrets { get; }

    /// <summary>The value of the provider's <see cref="Provider.Parameter"/>, where it has one.</summary>
    public string? Parameter { get; init; }

    /// <summary>
    /// How far a signed time may be from the clock; <see langword="null"/> for the provider's own
    /// <see cref="Provider.DefaultTolerance"/>, <see cref="Timeout.InfiniteTimeSpan"/> to look at no clock.
    /// </summary>
    public TimeSpan? Tolerance { get; init; }

    /// <summary>True where the sender is the provider's sandbox.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>True where the provider itself is asked whether a request is its own (PayPal's postback).</summary>
    public bool UsesPostback { get; init; }

    /// <summary>The same sender with other keys.</summary>
    /// <param name="secrets">The other keys.</param>
    public Credentials WithSecrets(params IReadOnlyList<Secret> secrets) =>
        new(secrets)
        {
            Parameter = Parameter, Tolerance = Tolerance, IsSandbox = IsSandbox, UsesPostback = UsesPostback,
        };
}

/// <summary>The one more thing that a provider's signature depends on, beside its keys.</summary>
/// <param name="Name">Its name in settings, such as <c>notification_url</c>.</param>
/// <param name="Variable">Its environment variable, such as <c>SQUARE_NOTIFICATION_URL</c>.</param>
/// <param name="Sentence">What it is and where to find it.</param>
/// <param name="IsRequired">True where nothing can be verified without it.</param>
public sealed record ProviderParameter(string Name, string Variable, string Sentence, bool IsRequired);

/// <summary>The forms in which providers give out their keys.</summary>
public enum KeyForm
{
    /// <summary>The text itself; its UTF-8 bytes are the key.</summary>
    Text = 0,

    /// <summary>Hexadecimal that is decoded.</summary>
    Hex,

    /// <summary>Base64 that is decoded, behind a prefix such as <c>whsec_</c>.</summary>
    Base64,

    /// <summary>A user name and a password, joined by a colon.</summary>
    UserAndPassword,

    /// <summary>A public key in PEM or as a JSON Web Key.</summary>
    PublicKey,

    /// <summary>An id that the signature is bound to; no secret, the key is a certificate.</summary>
    WebhookId,
}
