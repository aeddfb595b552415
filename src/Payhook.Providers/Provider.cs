namespace Payhook.Providers;

/// <summary>
/// How one payment provider signs and shapes its webhooks: pure functions, no I/O, no clock of its own.
/// </summary>
/// <remarks>
/// A provider is added by one file that derives from this type and one line in <see cref="ProviderCatalog"/>. None of
/// its functions may throw, hang or use memory without bound, whatever they are given.
/// </remarks>
public abstract class Provider
{
    /// <summary>The name in settings, routes and the database: lower-case ASCII letters, digits and <c>-</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The name as its makers write it.</summary>
    public abstract string DisplayName { get; }

    /// <summary>
    /// The headers that can carry the signature: without any of them a request is refused before its body is read.
    /// Empty where the signature stands in the body.
    /// </summary>
    public abstract IReadOnlyList<string> SignatureHeaders { get; }

    /// <summary>The headers worth keeping with an event, the signature's own among them.</summary>
    public abstract IReadOnlyList<string> KeptHeaders { get; }

    /// <summary>The environment variable that well-known setups keep the key in.</summary>
    public abstract string SecretVariable { get; }

    /// <summary>The form in which the provider gives out its key.</summary>
    public virtual KeyForm KeyForm => KeyForm.Text;

    /// <summary>What the signature depends on beside the key.</summary>
    public virtual ProviderParameter? Parameter => null;

    /// <summary>
    /// How far a signed time may be from the clock unless a setting says otherwise; <see langword="null"/> where the
    /// scheme has no signed time, or none that every attempt renews.
    /// </summary>
    public virtual TimeSpan? DefaultTolerance => null;

    /// <summary>
    /// False where the signature does not cover the body, so that what the body says is a hint to be confirmed.
    /// </summary>
    public virtual bool SignsBody => true;

    /// <summary>False where no code, document or delivery of the provider's own confirms the scheme.</summary>
    public virtual bool IsConfirmed => true;

    /// <summary>The text that the provider wants to read in a 200, if any.</summary>
    public virtual string? AcceptedText => null;

    /// <summary>The status with which the provider wants to be told that the signature is wrong.</summary>
    public virtual int WrongSignatureStatus => 403;

    /// <summary>Makes a key of the text that the provider gave out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key, where the answer is true.</param>
    /// <returns>False where the text does not have the <see cref="KeyForm"/>.</returns>
    public virtual bool TryReadKey(string text, out Secret? key)
    {
        key = string.IsNullOrEmpty(text) ? null : new Secret(text);
        return key is not null;
    }

    /// <summary>
    /// Tells whether a request looks like one of this provider's, to choose between several at one address.
    /// </summary>
    /// <param name="request">The request; its body is not believed.</param>
    public virtual bool Recognises(in WebhookRequest request)
    {
        foreach (var name in SignatureHeaders)
        {
            if (!string.IsNullOrEmpty(request.Headers.Find(name, out _))) return true;
        }
        return false;
    }

    /// <summary>What has to be looked up outside the request before it can be verified.</summary>
    /// <param name="request">The request.</param>
    /// <param name="credentials">The configured sender.</param>
    /// <returns>
    /// <see langword="null"/> where nothing is needed, or where the request will be refused anyway.
    /// </returns>
    public virtual Lookup? FindLookup(in WebhookRequest request, Credentials credentials) => null;

    /// <summary>Tells whether the request was signed by somebody who knows one of the secrets.</summary>
    /// <param name="request">The request.</param>
    /// <param name="credentials">The configured sender; no secret at all is a refusal.</param>
    /// <returns>
    /// A verdict; anything but <see cref="Verdict.Verified"/> is a refusal. Never throws on what it is sent.
    /// </returns>
    public abstract Verification Verify(in WebhookRequest request, Credentials credentials);

    /// <summary>
    /// Reads what a verified request says. The verdict must have been <see cref="Verdict.Verified"/> before.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="events">Takes the events, at least one where the answer is <see cref="Reading.Read"/>.</param>
    /// <returns>
    /// Whether the body could be read, and if not, what was wrong with it; then no event was added. Never throws on
    /// what it is sent.
    /// </returns>
    public abstract Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events);

    /// <summary>Tells whether a body has the provider's syntax, without believing or building anything.</summary>
    /// <param name="body">The body exactly as received.</param>
    public virtual bool IsWellFormed(ReadOnlySpan<byte> body) => JsonText.IsWellFormed(body);

    /// <summary>Signs a body as the provider would, to send test events.</summary>
    /// <param name="body">The body that will be sent; where the signature stands in the body, it is put in.</param>
    /// <param name="credentials">The configured sender, whose first secret signs.</param>
    /// <param name="now">The time that is signed, where the scheme has one.</param>
    /// <returns>
    /// What to send, or <see langword="null"/> where the scheme has no shared secret or the body cannot be signed.
    /// </returns>
    public abstract SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now);

    /// <summary>Answers the request with which a provider checks that an address is its merchant's own.</summary>
    /// <param name="query">The query of a GET, as received.</param>
    /// <param name="credentials">The configured sender.</param>
    /// <returns>The text to answer with, or <see langword="null"/> where this is no such request.</returns>
    public virtual string? AnswerChallenge(ReadOnlySpan<char> query, Credentials credentials) => null;
}

/// <summary>A request that was signed to be sent.</summary>
/// <param name="Body">The body, byte for byte.</param>
/// <param name="Headers">The headers that belong to it.</param>
/// <param name="Query">The query of the URL, without <c>?</c>; empty where none is signed.</param>
public sealed record SignedRequest(
    byte[] Body, IReadOnlyList<KeyValuePair<string, string>> Headers, string Query = "");
