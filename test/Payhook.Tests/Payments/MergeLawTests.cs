using System.Text;
using System.Text.Json;
using CsCheck;
using Payhook.Payments;

namespace Payhook.Tests.Payments;

/// <summary>
/// The laws that make the order of events harmless: providers send late, twice and out of order, and a payment whose
/// state depended on it would be wrong on one machine and right on another.
/// </summary>
public sealed class MergeLawTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Few different ones, so that they meet; with zones, with none told, and some that are absurd.</summary>
    static readonly Gen<DateTimeOffset?> Times = Gen.Frequency(
        (8, Gen.Int[0, 4].Select(s => (DateTimeOffset?)Start.AddSeconds(s))),
        (2, Gen.Int[0, 4].Select(s => (DateTimeOffset?)Start.AddSeconds(s).ToOffset(TimeSpan.FromHours(5.5)))),
        (1, Gen.Const((DateTimeOffset?)null)),
        (1, Gen.Const((DateTimeOffset?)DateTimeOffset.MinValue)),
        (1, Gen.Const((DateTimeOffset?)DateTimeOffset.MaxValue)));

    static readonly Gen<long?> Amounts = Gen.Frequency(
        (8, Gen.Long[0, 5].Select(a => (long?)(a * 100))),
        (2, Gen.Const((long?)null)),
        (1, Gen.OneOf<long?>(long.MinValue, long.MaxValue, -100, PaymentFacts.AmountLimitMinor + 1)));

    static readonly Gen<string?> Texts = Gen.OneOf<string?>("a", "b", "ä+\"<\\", "", null);

    static readonly Gen<PaymentName> Names =
        Gen.Select(Gen.Enum<NameKind>(), Gen.OneOf<string>("x", "y", "é\"2"), (kind, id) => new PaymentName(kind, id));

    static readonly Gen<Change> Changes =
        from names in Names.Array[1, 3]
        from kind in Gen.Enum<ChangeKind>()
        from amounts in Gen.Select(Amounts, Amounts, Amounts, Amounts)
        from at in Times
        from until in Times
        from child in Gen.OneOf<string?>("c1", "c2", null)
        from texts in Gen.Select(Texts, Texts, Texts, Texts)
        from currency in Gen.OneOf<string?>("INR", "EUR", null)
        from flags in Gen.Int[0, 7]
        from isLive in Gen.OneOf<bool?>(true, false, null)
        select new Change
        {
            Names = names,
            Kind = kind,
            At = at,
            Amount = amounts.Item1,
            PaymentAmount = amounts.Item2,
            CapturedTotal = amounts.Item3,
            RefundedTotal = amounts.Item4,
            Currency = currency,
            ChildId = child,
            IsNeverCaptured = flags == 1,
            IsFinalCapture = flags == 2,
            IsReversal = flags == 3,
            RespondBy = until,
            Reason = texts.Item1,
            IsLive = isLive,
            MerchantReference = texts.Item2,
            OrderId = texts.Item3,
            Email = texts.Item4,
        };

    static readonly Gen<PaymentFacts> Facts = Changes.Array[0, 8].Select(changes => Apply(changes));

    [Fact]
    public void Any_order_and_any_number_of_times_gives_the_same_facts() =>
        Gen.Select(Changes.Array[1, 8], Gen.Int[0, int.MaxValue - 1]).Sample((changes, seed) =>
        {
            var random = new Random(seed);
            Change[] delivered = [.. changes, .. changes.Where(_ => random.Next(2) == 0)];
            random.Shuffle(delivered);

            AssertSame(Apply(changes), Apply(delivered));
        }, iter: 5_000);

    [Fact]
    public void Merging_is_commutative() =>
        Gen.Select(Facts, Facts).Sample((a, b) => AssertSame(Merged(a, b), Merged(b, a)), iter: 5_000);

    [Fact]
    public void Merging_is_associative() =>
        Gen.Select(Facts, Facts, Facts).Sample(
            (a, b, c) => AssertSame(Merged(Merged(a, b), c), Merged(a, Merged(b, c))), iter: 5_000);

    [Fact]
    public void Merging_is_idempotent() =>
        Facts.Sample(facts => AssertSame(facts, Merged(facts, facts)), iter: 5_000);

    [Fact]
    public void Facts_split_over_two_payments_and_merged_are_those_of_one() =>
        Gen.Select(Changes, Gen.Bool).Array[0, 10].Sample(changes =>
        {
            var left = Apply(changes.Where(c => c.Item2).Select(c => c.Item1));
            var right = Apply(changes.Where(c => !c.Item2).Select(c => c.Item1));

            AssertSame(Apply(changes.Select(c => c.Item1)), Merged(left, right));
        }, iter: 5_000);

    [Fact]
    public void The_same_children_stay_whatever_the_order_when_there_are_too_many()
    {
        var changes = Enumerable.Range(0, PaymentFacts.ChildrenLimit + 40).Select(i => new Change
        {
            Names = [new(NameKind.Capture, $"n{i:d4}")],
            Kind = ChangeKind.RefundSucceeded,
            ChildId = $"r{i:d4}",
            Amount = i,
            PaymentAmount = i,
            At = Start,
        }).ToArray();
        var facts = Apply(changes);

        AssertSame(facts, Apply(changes.Reverse()));
        AssertSame(facts, Merged(Apply(changes[300..]), Apply(changes[..300])));
        Assert.Equal(PaymentFacts.ChildrenLimit, facts.Refunds.Count);
        Assert.Equal(PaymentFacts.NamesLimit, facts.Names.Count);
    }

    [Fact]
    public void What_is_written_is_read_back_exactly() =>
        Facts.Sample(facts =>
        {
            var text = FactsJson.Write(facts);
            var read = FactsJson.Read(text);

            Assert.Equal(Encoding.UTF8.GetString(text), Text(read));
            Assert.Equal(facts.Names, read.Names);
            Assert.Equal(facts.Currencies, read.Currencies);
            Assert.Equal(facts.Amounts, read.Amounts);
            Assert.Equal(facts.Captures, read.Captures);
            Assert.Equal(facts.Refunds, read.Refunds);
            Assert.Equal(facts.Disputes, read.Disputes);
            Assert.Equal(Scalars(facts), Scalars(read));
            Assert.Equal(PaymentState.Of(facts), PaymentState.Of(read));
        }, iter: 5_000);

    [Fact]
    public void What_is_not_known_is_not_written() => Assert.Equal("{}", Text(new()));

    [Fact]
    public void Passes_over_what_a_later_version_added()
    {
        var facts = FactsJson.Read(
            """{"later":{"a":[1]},"names":["0pay_1"],"refunds":{"r":{"new":[],"state":3,"at":5}}}"""u8);

        Assert.Equal("pay_1", facts.Id);
        Assert.Equal(ChildState.RefundSucceeded, facts.Refunds["r"].State);
    }

    [Fact]
    public void Says_that_a_text_is_damaged() =>
        Gen.Select(Facts, Gen.Int[0, 4_000], Gen.Byte).Sample((facts, index, value) =>
        {
            var text = FactsJson.Write(facts);
            text[index % text.Length] = value;
            try
            {
                FactsJson.Read(text);
            }
            catch (JsonException)
            {
                return; // the only one
            }
        }, iter: 5_000);

    static object?[] Scalars(PaymentFacts f) =>
    [
        f.Flags, f.AuthorizedMaximum, f.AuthorizedAnew, f.CapturedMaximum, f.RefundedMaximum, f.CreatedAt, f.PendingAt,
        f.FailedAt, f.AuthorizedAt, f.CapturedAt, f.VoidedAt, f.ExpiredAt, f.OrderId, f.MerchantReference, f.Email,
        f.FailureReason,
    ];

    static PaymentFacts Apply(IEnumerable<Change> changes)
    {
        var facts = new PaymentFacts();
        foreach (var change in changes) facts.Apply(change);
        return facts;
    }

    static PaymentFacts Merged(PaymentFacts a, PaymentFacts b)
    {
        var merged = new PaymentFacts();
        merged.Merge(a);
        merged.Merge(b);
        return merged;
    }

    static string Text(PaymentFacts facts) => Encoding.UTF8.GetString(FactsJson.Write(facts));

    static void AssertSame(PaymentFacts expected, PaymentFacts actual)
    {
        Assert.Equal(Text(expected), Text(actual));
        Assert.Equal(PaymentState.Of(expected), PaymentState.Of(actual));
    }
}
