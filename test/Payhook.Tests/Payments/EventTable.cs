using System.Text.Json;
using Payhook.Payments;

namespace Payhook.Tests.Payments;

/// <summary>
/// A provider's table of events: each row is some events, told in every order and twice, and where they leave the
/// payment. All rows are looked at before the test fails, so that one run shows every difference.
/// </summary>
sealed class EventTable(string provider)
{
    readonly List<string> _faults = [];

    /// <param name="expected">Such as <c>partially_refunded 1000 refunded 400</c>; empty for no payment.</param>
    /// <param name="sent">The events.</param>
    public void Row(string expected, params Sent[] sent)
    {
        var payments = Lives.All(provider, sent);
        var told = string.Join(" and ", payments.Select(p => Text(p.State)));
        if (told != expected) _faults.Add($"expected '{expected}', was '{told}': {sent[^1].Body}");
    }

    public void AssertAll() => Assert.True(_faults.Count == 0, string.Join("\n", _faults));

    public static string Text(PaymentState state)
    {
        var text = JsonNamingPolicy.SnakeCaseLower.ConvertName(state.Status.ToString());
        if (state.IsCaptured) text += $" {state.Captured}";
        else if (state.Authorized > 0) text += $" {state.Authorized}";
        if (state.Refunded > 0) text += $" refunded {state.Refunded}";
        if (state.RefundPending > 0) text += $" refunding {state.RefundPending}";
        if (state.DisputedOpen > 0) text += $" disputed {state.DisputedOpen}";
        if (state.DisputeLost > 0) text += $" lost {state.DisputeLost}";
        return text;
    }
}
