using Payhook.Payments;

namespace Payhook.Tests.Attention;

/// <summary>Payments made of single changes, as the rules see them.</summary>
static class Paid
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static PaymentRow Row(string provider, params Change[] changes)
    {
        var facts = new PaymentFacts();
        foreach (var change in changes) facts.Apply(change);
        return new()
        {
            Number = 1, Provider = provider, Account = "", Source = provider, Facts = facts, FirstEventAt = Start,
            LastEventAt = Start.AddSeconds(changes.Length), EventCount = changes.Length,
        };
    }

    public static Change Of(ChangeKind kind, int second, long? amount = 1000, string? child = null) => new()
    {
        Names = [new(NameKind.Payment, "pay_1")],
        Kind = kind,
        At = Start.AddSeconds(second),
        Amount = amount,
        Currency = "INR",
        ChildId = child,
        CapturedTotal = kind == ChangeKind.Captured && child is null ? amount : null,
        PaymentAmount = kind is ChangeKind.Authorized ? amount : null,
    };
}
