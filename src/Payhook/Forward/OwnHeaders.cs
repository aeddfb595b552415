using System.Globalization;

namespace Payhook.Forward;

/// <summary>What Payhook says of a delivery beside the event itself, in the same words through every sink.</summary>
static class OwnHeaders
{
    /// <param name="destination">Signs it, where it has a secret.</param>
    /// <param name="message">The event.</param>
    /// <param name="body">What is sent, and signed.</param>
    /// <param name="isSignedByProvider">
    /// Some providers sign with headers of the same names. Those are what an application behind a raw delivery
    /// verifies, so Payhook's own then go by other names.
    /// </param>
    /// <param name="now">The time that is signed.</param>
    public static IEnumerable<(string Name, string Value)> Of(
        Destination destination, OutboundMessage message, byte[] body, bool isSignedByProvider, DateTimeOffset now)
    {
        yield return ("payhook-attempt", message.AttemptNumber.ToString(CultureInfo.InvariantCulture));
        yield return ("payhook-source", message.Event.SourceName);
        yield return ("payhook-event-id", PercentText.Of(message.Event.EventId));
        if (message.ReplayId > 0)
            yield return ("payhook-replay", message.ReplayId.ToString(CultureInfo.InvariantCulture));
        if (destination.SigningSecrets.Count == 0) yield break;
        var prefix = isSignedByProvider ? OutboundHeaders.OwnPrefix : "";
        var time = StandardWebhooksSignature.Time(now);
        yield return (prefix + StandardWebhooksSignature.IdHeader, message.Id);
        yield return (prefix + StandardWebhooksSignature.TimeHeader, time);
        yield return (prefix + StandardWebhooksSignature.Header,
            StandardWebhooksSignature.Of(destination.SigningSecrets, message.Id, time, body));
    }
}
