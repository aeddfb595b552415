using System.Globalization;
using Payhook.Providers;

namespace Payhook.Forward;

/// <summary>
/// Signs what is sent by Standard Webhooks, so that a receiver can verify it with a library that it need not write.
/// </summary>
static class StandardWebhooksSignature
{
    public const string IdHeader = "webhook-id", TimeHeader = "webhook-timestamp", Header = "webhook-signature";

    /// <summary>The time as it is signed and stands in its header.</summary>
    public static string Time(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A signature for each secret, so that a receiver may change from one to the other.</summary>
    public static string Of(IReadOnlyList<Secret> secrets, string id, string time, ReadOnlySpan<byte> body)
    {
        if (secrets is [var only]) return StandardWebhooks.Signature(only, id, time, body);
        var signatures = new string[secrets.Count];
        for (var i = 0; i < signatures.Length; i++)
            signatures[i] = StandardWebhooks.Signature(secrets[i], id, time, body);
        return string.Join(' ', signatures);
    }
}
