using System.Text;
using Payhook.Providers;

namespace Payhook.Fuzz;

/// <summary>One request, given to one provider: nothing may throw, and what is read must be what it claims.</summary>
static class Target
{
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    static readonly Credentials[] Senders = [.. ProviderCatalog.All.Select(Sender)];

    /// <param name="input">
    /// The provider's number as a byte, then lines <c>name: value</c> (a line with <c>?</c> first is the query), an
    /// empty line, and the body.
    /// </param>
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2) return;
        var number = input[0] % ProviderCatalog.All.Count;
        var (provider, sender) = (ProviderCatalog.All[number], Senders[number]);
        var end = input[1..].IndexOf("\n\n"u8) + 1;
        var head = Encoding.Latin1.GetString(end == 0 ? input[1..] : input[1..end]);
        var body = end == 0 ? [] : input[(end + 2)..].ToArray();
        var lines = head.Split('\n');
        var headers = new DictionaryHeaders(lines.Where(l => l.Contains(": ", StringComparison.Ordinal))
            .Select(l => l.Split(": ", 2)).Select(p => KeyValuePair.Create(p[0], p[1])));
        var query = lines.FirstOrDefault(l => l.StartsWith('?')) ?? "";

        Check(provider, sender, new(headers, body) { Query = query, ReceivedAt = Now });
        Check(provider, sender, new(headers, body)
        {
            Query = query, ReceivedAt = Now, Found = new() { Document = body },
        });
        provider.AnswerChallenge(query, sender);
        provider.Sign(body, sender, Now);
    }

    static void Check(Provider provider, Credentials sender, in WebhookRequest request)
    {
        provider.Recognises(request);
        provider.FindLookup(request, sender);
        provider.Verify(request, sender);
        var events = new List<PaymentEvent>();
        var reading = provider.Read(request, events);
        Require(reading == Reading.Read == events.Count > 0, "events without a reading, or a reading without events");
        Require(events.Count <= PaymentEvent.BatchLimitEvents, "more events than the limit");
        foreach (var read in events)
        {
            Require(PaymentEvent.IsId(read.EventType), "an event type that is none");
            Require(read.EventId is null || PaymentEvent.IsId(read.EventId), "an event id that is none");
            Require(read.PaymentId is null || PaymentEvent.IsId(read.PaymentId), "a payment id that is none");
            _ = request.Body[read.Place];
        }
        if (request.Found is null)
            Require(provider.IsWellFormed(request.Body) || reading == Reading.Malformed, "read what is malformed");
    }

    static Credentials Sender(Provider provider)
    {
        string[] texts =
        [
            "integration_private_key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "user_name:passw0rd1",
        ];
        var secrets = texts.Select(t => provider.TryReadKey(t, out var key) ? key! : new Secret(t)).ToArray();
        return new(secrets) { Parameter = "https://shop.example/hook" };
    }

    static void Require(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException(what);
    }
}
