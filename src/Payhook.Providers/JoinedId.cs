namespace Payhook.Providers;

/// <summary>Ids made of the parts that together name an event, where a provider gives it no id of its own.</summary>
static class JoinedId
{
    /// <summary>
    /// The parts joined by colons; <see langword="null"/> where one of them is absent or the whole is too long, because
    /// half a name would take two events for one.
    /// </summary>
    public static string? Of(params ReadOnlySpan<string?> parts)
    {
        foreach (var part in parts)
        {
            if (string.IsNullOrEmpty(part)) return null;
        }
        var joined = string.Join(':', parts);
        return PaymentEvent.IsId(joined) ? joined : null;
    }
}
