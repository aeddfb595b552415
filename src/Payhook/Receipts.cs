using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Payhook.Payments;
using Payhook.Providers;

namespace Payhook;

/// <summary>Makes receipts of what was read from a verified request: identity is what is signed.</summary>
static class Receipts
{
    [ThreadStatic] static Utf8JsonWriter? t_json;

    /// <param name="source">Where the request is from.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="events">What was read, at least one.</param>
    /// <param name="secretNumber">Which of the source's secrets verified it.</param>
    /// <param name="receivedAt">When it came in.</param>
    /// <param name="bytes">The body; the headers worth keeping are added behind it.</param>
    /// <param name="origin">How it came in.</param>
    /// <returns>The receipt of the first event; <see cref="Receipt.Batch"/> has the others.</returns>
    public static Receipt Of(
        Source source, IHeaders headers, IReadOnlyList<PaymentEvent> events, int secretNumber,
        DateTimeOffset receivedAt, PooledBytes bytes, EventOrigin origin = EventOrigin.Received)
    {
        var deliveryLength = bytes.Length;
        WriteKept(source.Provider, headers, bytes);
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
            var changes = PaymentMappings.Map(source.Provider.Name, bytes.Span[place], read);
            var receipt = new Receipt
            {
                SourceName = source.Name,
                ProviderName = source.Provider.Name,
                AccountId = PaymentAccounts.Of(source.Provider.Name, source.Name, read.AccountId),
                Changes = changes,
                Identity = identity,
                EventId = read.EventId ?? identity,
                IsEventIdSigned = read.IsEventIdSigned || read.EventId is null,
                EventType = read.EventType,
                // What changes a payment is to be found with it.
                PaymentId = read.PaymentId ?? (changes.Count > 0 ? changes[0].Names[0].Id : null),
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
        const string prefix = "sha256:";
        Span<char> identity = stackalloc char[prefix.Length + 2 * SHA256.HashSizeInBytes];
        prefix.CopyTo(identity);
        Convert.TryToHexStringLower(hash, identity[prefix.Length..], out _);
        return unsignedType.Length == 0 ? new(identity) : $"{identity}:{unsignedType}";
    }

    /// <summary>Writes the headers worth keeping as one JSON object; of a repeated one the first value.</summary>
    static void WriteKept(Provider provider, IHeaders headers, IBufferWriter<byte> destination)
    {
        var json = t_json ??= new Utf8JsonWriter(
            destination, new() { Encoder = JsonText.Encoder, SkipValidation = true });
        json.Reset(destination);
        json.WriteStartObject();
        foreach (var name in provider.KeptHeaders)
        {
            if (headers.Find(name, out _) is { } value) json.WriteString(name, value);
        }
        json.WriteEndObject();
        json.Flush();
    }
}
