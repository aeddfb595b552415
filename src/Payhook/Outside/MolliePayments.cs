using System.Text;
using Payhook.Providers;

namespace Payhook.Outside;

/// <summary>
/// Mollie's payments by their ids: its classic webhook says only which payment to look at. Each request looks anew,
/// because what changed is the payment.
/// </summary>
sealed class MolliePayments(OutsideAddresses addresses, BoundedFetch fetch, OutsideLimits limits, TimeProvider time)
{
    const int IdLimitChars = 64;

    readonly CallBound _bound = new(limits.CallsAtOnce, limits.CallsPerMinute, time);

    public async ValueTask<Found> FindAsync(Source source, string paymentId, CancellationToken cancellation)
    {
        if (paymentId.Length is 0 or > IdLimitChars || !paymentId.All(IsIdLetter))
            return new() { Failure = Verdict.WrongSignature };
        if (FindApiKey(source) is not { } apiKey || !_bound.TryEnter())
            return new() { Failure = Verdict.KeyUnavailable };
        try
        {
            var answer = await fetch.SendAsync(
                () => new(HttpMethod.Get, new Uri(addresses.Mollie, "/v2/payments/" + paymentId))
                {
                    Headers = { Authorization = new("Bearer", apiKey) },
                }, cancellation);
            return answer.Status switch
            {
                200 => new() { Document = answer.Body },
                404 or 410 => new() { Failure = Verdict.WrongSignature }, // Mollie knows no such payment
                _ => new() { Failure = Verdict.KeyUnavailable },
            };
        }
        finally
        {
            _bound.Leave();
        }
    }

    static string? FindApiKey(Source source) =>
        source.Api?.Secret
        ?? (source.Credentials.Secrets is [var first, ..] ? Encoding.UTF8.GetString(first.Bytes) : null);

    static bool IsIdLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';
}
