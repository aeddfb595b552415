using System.Text;
using Payhook.Providers;

namespace Payhook.Mock;

/// <summary>
/// Signs as a provider would: with the secret that is shared with it, or, where it has a private key, with
/// certificates made for tests.
/// </summary>
/// <param name="provider">The provider.</param>
/// <param name="credentials">The key, and what else the signature depends on.</param>
/// <param name="certificates">The folder of the certificates made for tests, where one was given.</param>
sealed class Signer(Provider provider, Credentials credentials, string? certificates = null)
{
    public Provider Provider => provider;

    public Credentials Credentials => credentials;

    /// <returns>Null where it cannot be signed; <see cref="Fault"/> says why.</returns>
    public SignedRequest? Sign(byte[] body, DateTimeOffset now)
    {
        if (credentials.Secrets.Count == 0) return null;
        if (provider.KeyForm != KeyForm.WebhookId) return provider.Sign(body, credentials, now);
        return certificates is null
            ? null
            : SignWithCertificate(certificates, body, Encoding.UTF8.GetString(credentials.Secrets[0].Bytes), now);
    }

    /// <summary>Why nothing was signed, for the user.</summary>
    public string Fault => provider.KeyForm switch
    {
        KeyForm.WebhookId => $"{provider.DisplayName} signs with its own certificates; "
            + "with --certificates FOLDER some are made for tests, which the listener must be told to trust",
        KeyForm.PublicKey => $"{provider.DisplayName} signs with a private key that only it has",
        _ => $"the body cannot be signed as {provider.DisplayName} would: it does not have the form, "
            + "or the scheme has no shared secret",
    };

    static SignedRequest SignWithCertificate(string folder, byte[] body, string webhookId, DateTimeOffset now)
    {
        using var authority = PayPalTestCa.Open(folder, now);
        return authority.Sign(body, webhookId, now);
    }
}
