using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook;

/// <summary>
/// Makes a receipt of what a provider read, the same for a request that just came in and for one verified later.
/// </summary>
static class ReceiptBuilder
{
    [ThreadStatic] static Utf8JsonWriter? t_json;

    /// <param name="source">The sender that verified it.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="paymentEvent">What the provider read.</param>
    /// <param name="secretNumber">Which secret verified it.</param>
    /// <param name="receivedAt">When the request came in.</param>
    /// <param name="bytes">The body; the headers worth keeping are added behind it.</param>
    /// <param name="origin">How it came in.</param>
    public static Receipt Build(
        Source source, IHeaders headers, PaymentEvent paymentEvent, int secretNumber, DateTimeOffset receivedAt,
        PooledBytes bytes, EventOrigin origin = EventOrigin.Received)
    {
        var bodyLength = bytes.Length;
        var identity = paymentEvent.IsEventIdSigned ? paymentEvent.EventId! : HashIdentity(bytes.Span);
        WriteKept(source.Provider, headers, bytes);
        return new Receipt
        {
            SourceName = source.Name,
            Identity = identity,
            EventId = paymentEvent.EventId ?? identity,
            IsEventIdSigned = paymentEvent.IsEventIdSigned,
            EventType = paymentEvent.EventType,
            PaymentId = paymentEvent.PaymentId,
            ReceivedAt = receivedAt,
            SecretNumber = secretNumber,
            Bytes = bytes,
            BodyLength = bodyLength,
            Origin = origin,
        };
    }

    /// <summary>Where the id is not signed, the signed bytes themselves say which event this is.</summary>
    static string HashIdentity(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return "sha256:" + Convert.ToHexStringLower(hash);
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
