using Payhook.Mock;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>Changes a body after it was signed, to see that the listener refuses it.</summary>
static class Tampering
{
    const int TriesLimit = 64;

    /// <summary>
    /// Makes the last digit whose change the signature shows another one: still JSON, no longer what was signed.
    /// </summary>
    /// <returns>Null where no change shows, because the signature does not cover the body.</returns>
    public static SignedRequest? Change(Signer signer, SignedRequest signed, DateTimeOffset now)
    {
        var digit = signed.Body.Length;
        for (var tries = 0; tries < TriesLimit; tries++)
        {
            digit = Array.FindLastIndex(signed.Body, digit - 1, b => b is >= (byte)'0' and <= (byte)'9');
            if (digit < 0) break;
            var changed = signed.Body.ToArray();
            changed[digit] = changed[digit] == (byte)'9' ? (byte)'8' : (byte)(changed[digit] + 1);
            if (Shows(signer, signed with { Body = changed }, now)) return signed with { Body = changed };
            if (digit == 0) break;
        }
        var longer = signed with { Body = [.. signed.Body, (byte)' '] };
        return Shows(signer, longer, now) ? longer : null;
    }

    static bool Shows(Signer signer, SignedRequest changed, DateTimeOffset now)
    {
        var request = new WebhookRequest(new DictionaryHeaders(changed.Headers), changed.Body)
        {
            Query = changed.Query,
            ReceivedAt = now,
        };
        return !signer.Provider.Verify(request, signer.Credentials).IsVerified;
    }
}
