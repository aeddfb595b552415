using Payhook.Providers;

namespace Payhook.Outside;

/// <summary>
/// Everything that may be asked outside on behalf of a request, in one list; its <see cref="FindAsync"/> is the
/// program's <see cref="OutsideLookup"/>.
/// </summary>
sealed class Lookups : IDisposable
{
    readonly BoundedFetch _fetch;
    readonly PayPalPostback _postback;
    readonly PlaidKeys _plaid;
    readonly MolliePayments _mollie;

    /// <param name="time">The clock of validity, of keeping and of deadlines.</param>
    /// <param name="certificatesFolder">
    /// The path of a <see cref="CertificateFolder"/>, or <see langword="null"/> for none.
    /// </param>
    /// <param name="addresses">Where the providers are; not given: where they really are.</param>
    /// <param name="limits">What strangers may cost.</param>
    public Lookups(
        TimeProvider time, string? certificatesFolder = null, OutsideAddresses? addresses = null,
        OutsideLimits? limits = null)
    {
        addresses ??= new();
        limits ??= new();
        var folder = certificatesFolder is null ? CertificateFolder.Empty : CertificateFolder.Read(certificatesFolder);
        Faults = folder.Faults;
        _fetch = new(addresses, limits, time);
        PayPalCertificates = new(folder, _fetch, limits, time);
        _postback = new(addresses, _fetch, limits, time);
        _plaid = new(addresses, _fetch, limits, time);
        _mollie = new(addresses, _fetch, limits, time);
    }

    /// <summary>What of the folder could not be read, for the operator.</summary>
    public IReadOnlyList<string> Faults { get; }

    public PayPalCertificates PayPalCertificates { get; }

    /// <inheritdoc cref="OutsideLookup"/>
    public async ValueTask<Found> FindAsync(
        Source source, Lookup lookup, IHeaders headers, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        try
        {
            return await (lookup.Kind switch
            {
                LookupKind.PayPalCertificate =>
                    PayPalCertificates.FindAsync(source, lookup.Reference, cancellation),
                LookupKind.PayPalPostback => _postback.FindAsync(source, headers, body, cancellation),
                LookupKind.PlaidKey => _plaid.FindAsync(source, lookup.Reference, cancellation),
                LookupKind.MolliePayment => _mollie.FindAsync(source, lookup.Reference, cancellation),
                _ => new(new Found { Failure = Verdict.KeyUnavailable }),
            });
        }
        catch (Exception) // an answer 500 would tell the sender nothing that a 503 does not tell better
        {
            return new() { Failure = Verdict.KeyUnavailable };
        }
    }

    public void Dispose() => _fetch.Dispose();
}
