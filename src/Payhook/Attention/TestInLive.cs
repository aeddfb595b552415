using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>
/// Test-mode events where real money is expected: orders would be fulfilled for nothing. A source says by its setting
/// <c>environment</c> that it is live; a payment that is live in one event and a test in another needs no setting.
/// </summary>
static class TestInLive
{
    public static bool Holds(PaymentFacts facts) =>
        (facts.Flags & (PaymentFlags.SeenLive | PaymentFlags.SeenTest))
            == (PaymentFlags.SeenLive | PaymentFlags.SeenTest);

    public static Finding? Find(PaymentRow row) => !Holds(row.Facts)
        ? null
        : new(AttentionKind.TestInLive,
            "Some events of this payment say that it is live, and others that it is a test.",
            "Look the payment up at the provider before anything is delivered for it.", "mixed")
        {
            Evidence = [new("modes", (string[])["live", "test"])],
        };

    /// <summary>One finding for a live source, however many test payments it has.</summary>
    /// <param name="source">The source.</param>
    /// <param name="newest">Its newest payments of test mode.</param>
    public static Finding? Find(Source source, IReadOnlyList<PaymentRow> newest)
    {
        if (!source.IsSaidToBeLive || newest.Count == 0) return null;
        return new(AttentionKind.TestInLive,
            $"The source {source.Name} is set to be live and received events of test mode, the latest about "
            + $"{newest[0].Facts.Id}. No money moved for them.",
            "Deliver nothing for these payments. Give the test webhook another address, or take the secret of test "
            + "mode out of this source.",
            newest[0].Facts.Id)
        {
            Evidence =
            [
                new("payments", newest.Select(r => r.Facts.Id).ToArray()), new("last_event_at", newest[0].LastEventAt),
            ],
        };
    }
}
