using System.Security.Cryptography;
using Payhook.Providers;

namespace Payhook;

/// <summary>Makes receipts of what was read from a verified request: identity is what is signed.</summary>
static class Receipts
{
    /// <param name="source">Where the request is from.</param>
    /// <param name="secretNumber">Which of its secrets verified it.</param>
    /// <param name="receivedAt">When it came in.</param>
    /// <param name="events">What was read, at least one.</param>
    /// <param name="bytes">The body, followed by the headers kept.</param>
    /// <param name="deliveryLength">The length of the body.</param>
    /// <param name="origin">How it came in.</param>
    /// <returns>The receipt of the first event; <see cref="Receipt.Batch"/> has the others.</returns>
    public static Receipt Of(
        Source source, int secretNumber, DateTimeOffset receivedAt, IReadOnlyList<PaymentEvent> events,
        PooledBytes bytes, int deliveryLength, EventOrigin origin = EventOrigin.Received)
    {
        var isBatch = events.Count > 1 || !events[0].Place.Equals(default);
        var batch = isBatch ? new Batch { Receipts = new Receipt[events.Count] } : null;
        Receipt? first = null;
        for (var i = 0; i < events.Count; i++)
        {
            var read = events[i];
            var place = read.Place.Equals(default) ? new Range(0, deliveryLength) : read.Place;
            var identity = read is { IsEventIdSigned: true, EventId: { } signed }
                ? signed
                : HashIdentity(bytes.Span[place], read.IsEventTypeSigned ? "" : read.EventType);
            var receipt = new Receipt
            {
                SourceName = source.Name,
                Identity = identity,
                EventId = read.EventId ?? identity,
                IsEventIdSigned = read.IsEventIdSigned || read.EventId is null,
                EventType = read.EventType,
                PaymentId = read.PaymentId,
                ReceivedAt = receivedAt,
                SecretNumber = secretNumber,
                Origin = origin,
                Bytes = bytes,
                DeliveryLength = deliveryLength,
                Place = place,
                Batch = batch,
            };
            if (batch is not null) batch.Receipts[i] = receipt;
            first ??= receipt;
        }
        return first!;
    }

    /// <summary>
    /// Where the id is not signed, the signed bytes themselves say which event this is, together with a type that is
    /// not among them: one order that is created and paid at once is told twice with the same bytes.
    /// </summary>
    static string HashIdentity(ReadOnlySpan<byte> body, string unsignedType)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        var identity = "sha256:" + Convert.ToHexStringLower(hash);
        return unsignedType.Length == 0 ? identity : $"{identity}:{unsignedType}";
    }
}
