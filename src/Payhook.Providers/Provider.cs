namespace Payhook.Providers;

/// <summary>
/// How one payment provider signs and shapes its webhooks: pure functions, no I/O, no clock of its own.
/// </summary>
/// <remarks>
/// A provider is added by one file that derives from this type and one line in <see cref="ProviderCatalog"/>.
/// </remarks>
public abstract class Provider
{
    /// <summary>The name in settings, routes and the database: lower-case ASCII letters, digits and <c>-</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The name as its makers write it.</summary>
    public abstract string DisplayName { get; }

    /// <summary>
    /// The header that carries the signature: without it a request is refused before its body is read.
    /// </summary>
    public abstract string SignatureHeader { get; }

    /// <summary>The headers worth keeping with an event, the signature's own among them.</summary>
    public abstract IReadOnlyList<string> KeptHeaders { get; }

    /// <summary>Tells whether the request was signed by somebody who knows one of the secrets.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="body">The body exactly as received.</param>
    /// <param name="secrets">The secrets to try, in order; none at all is a refusal.</param>
    /// <returns>
    /// A verdict; anything but <see cref="Verdict.Verified"/> is a refusal. Never throws on what it is sent.
    /// </returns>
    public abstract Verification Verify(IHeaders headers, ReadOnlySpan<byte> body, IReadOnlyList<Secret> secrets);

    /// <summary>
    /// Reads what a verified request says. The verdict must have been <see cref="Verdict.Verified"/> before.
    /// </summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="body">The body exactly as received.</param>
    /// <param name="paymentEvent">The event, where the answer is <see cref="Reading.Read"/>.</param>
    /// <returns>
    /// Whether the body could be read, and if not, what was wrong with it. Never throws on what it is sent.
    /// </returns>
    public abstract Reading Read(IHeaders headers, ReadOnlySpan<byte> body, out PaymentEvent paymentEvent);

    /// <summary>Tells whether a body has the provider's syntax, without believing or building anything.</summary>
    /// <param name="body">The body exactly as received.</param>
    public abstract bool IsWellFormed(ReadOnlySpan<byte> body);

    /// <summary>Signs a body as the provider would, to send test events.</summary>
    /// <param name="body">The body that will be sent.</param>
    /// <param name="secret">The secret shared with the listener.</param>
    /// <returns>The value of <see cref="SignatureHeader"/>.</returns>
    public abstract string Sign(ReadOnlySpan<byte> body, Secret secret);
}
