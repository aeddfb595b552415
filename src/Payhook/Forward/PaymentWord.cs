using System.Text.Json;
using Payhook.Payments;
using Payhook.Providers;

namespace Payhook.Forward;

/// <summary>
/// What one event says of its payment, read from the event alone: whoever is told of an event that is late must not
/// take it for the payment's state.
/// </summary>
/// <param name="Status">The status where nothing but the event is known: <c>captured</c>.</param>
/// <param name="Change">What happened: <c>refund_succeeded</c>.</param>
/// <param name="Amount">The amount of that, in minor units.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Mode">Whether money moved: <c>live</c>, <c>test</c> or <c>unknown</c>.</param>
sealed record PaymentWord(string Status, string Change, long? Amount, string? Currency, string Mode)
{
    static readonly string[] Statuses = Words<PaymentStatus>();
    static readonly string[] Changes = Words<ChangeKind>();
    static readonly string[] Modes = Words<PaymentMode>();

    /// <summary>The statuses as filters and answers spell them.</summary>
    public static IReadOnlyList<string> StatusNames => Statuses;

    /// <summary>
    /// What an event with its body says; <see langword="null"/> where it says nothing that changes a payment.
    /// </summary>
    public static PaymentWord? Of(StoredEvent stored, Provider? provider)
    {
        if (provider is null || stored.Body is null || StoredReading.Read(stored, provider) is not { } read) return null;
        var changes = PaymentMappings.Map(provider.Name, stored.Body, read);
        // A note with a running total in it tells a state too.
        var told = changes.FirstOrDefault(c => c.Kind != ChangeKind.Noted)
            ?? changes.FirstOrDefault(c => c.RefundedTotal > 0 || c.CapturedTotal > 0);
        if (told is null) return null;
        var facts = new PaymentFacts();
        foreach (var change in changes)
        {
            // An event may be about two payments; the first one is what it is found by.
            if (change.Names.Any(told.Names.Contains)) facts.Apply(change);
        }
        return new(
            Statuses[(int)PaymentState.Of(facts).Status], Changes[(int)told.Kind], told.Amount, facts.Currency,
            Modes[(int)PaymentModes.Of(facts)]);
    }

    static string[] Words<T>() where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
}
