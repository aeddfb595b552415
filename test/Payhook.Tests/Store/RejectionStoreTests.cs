using System.Text;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>Strangers decide how much is refused; the store decides how much of it is kept.</summary>
public sealed class RejectionStoreTests
{
    static readonly RejectionBounds Wide = new(1000, 1 << 24);

    [Theory, EveryStore]
    public async Task Gives_back_what_was_kept(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var odd = Rejections.Of("\0ÿ", "wrong-signature", "razorpay", "body-changed", ("X-A", "1"), ("X-A", "\"ü\""))
            with { BodyBytes = 77 };
        store.Rejections.Append([odd, Rejections.Of()], [], Wide);

        var kept = await store.Rejections.KeptAsync();
        Assert.Equal(2, kept.Count);
        Assert.All(kept, r => Assert.Empty(r.Body));
        var found = await store.Rejections.FindAsync(kept[1].Sequence, TestContext.Current.CancellationToken);
        Assert.Equal(odd.Body, found!.Body);
        Assert.Equal(odd.ReadHeaders(), found.ReadHeaders());
        Assert.Equal(
            ("razorpay", "wrong-signature", "body-changed", "In words.", Rejections.Moment, "?a=1", 77L, null, null),
            (found.SourceName, found.Reason, found.Cause, found.Explanation, found.ReceivedAt, found.Query,
                found.BodyBytes, found.PromotedAt, found.PromotedSequence));
        Assert.Null(kept[0].Cause);
        Assert.Null(await store.Rejections.FindAsync(99, TestContext.Current.CancellationToken));
    }

    [Theory, EveryStore]
    public async Task Keeps_the_latest_of_each_source_and_reason(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var bounds = Wide with { KeptPerReason = 3 };
        store.Rejections.Append([Rejections.Of("first of its reason", "missing-signature")], [], bounds);
        store.Rejections.Append([Rejections.Of("first of its source", source: "other")], [], bounds);
        for (var i = 0; i < 4; i++)
            store.Rejections.Append([Rejections.Of($"{i}"), Rejections.Of($"{i}b")], [], bounds);

        Assert.Equal(["3b", "3", "2b", "first of its source", "first of its reason"], await BodiesAsync(store));

        store.Rejections.Append([Rejections.Of("not kept")], [], bounds with { KeptPerReason = 0 });
        Assert.Empty(await BodiesAsync(store));
    }

    [Theory, EveryStore]
    public async Task Keeps_all_of_them_within_one_budget_and_lets_the_oldest_go_first(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var bounds = Wide with { LimitBytes = 70_000 };
        var letters = "abcdefgh";
        foreach (var letter in letters)
        {
            var reason = letter % 2 == 0 ? "wrong-signature" : "invalid-json";
            store.Rejections.Append([Rejections.Of(new string(letter, 20_000), reason)], [], bounds);
        }

        Assert.Equal(["h", "g", "f"], (await BodiesAsync(store)).Select(b => b[..1]));
        var bytes = Convert.ToInt64(test.Scalar("select sum(kept_bytes) from payhook_rejections"));
        Assert.InRange(bytes, 60_000, 70_000);
        Assert.Equal(bytes, Convert.ToInt64(test.Scalar(
            "select sum(length(body) + length(headers) + length(query)) from payhook_rejections")));
    }

    [Theory, EveryStore]
    public async Task Never_uses_a_number_twice(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        store.Rejections.Append([Rejections.Of(), Rejections.Of()], [], Wide);
        var last = (await store.Rejections.KeptAsync())[0].Sequence;
        test.Scalar("delete from payhook_rejections");
        store.Rejections.Append([Rejections.Of()], [], Wide);
        Assert.True(Assert.Single(await store.Rejections.KeptAsync()).Sequence > last);
    }

    [Theory, EveryStore]
    public async Task Counts_add_up(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var (early, late) = (Rejections.Moment, Rejections.Moment.AddHours(1));
        store.Rejections.Append([], [new("razorpay", "wrong-signature", null, 3, late)], Wide);
        store.Rejections.Append([],
            [new("razorpay", "wrong-signature", null, 4, early), new("razorpay", "wrong-signature", "c", 1, early)],
            Wide);

        Assert.Equal(
            [new("razorpay", "wrong-signature", null, 7, late), new("razorpay", "wrong-signature", "c", 1, early)],
            await store.Rejections.CountedAsync());
        Assert.Empty(await store.Rejections.KeptAsync());
    }

    [Theory, EveryStore]
    public async Task Filters_and_pages_the_newest_first(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        store.Rejections.Append(
            [Rejections.Of("1", "a", "s", "x"), Rejections.Of("2", "b", "s", "x"), Rejections.Of("3", "a", "t", "y"),
                Rejections.Of("4", "a", "s")], [], Wide);

        Assert.Equal(["4", "3", "2", "1"], await PageAsync(new(long.MaxValue, 10)));
        Assert.Equal(["4", "2", "1"], await PageAsync(new(long.MaxValue, 10, SourceName: "s")));
        Assert.Equal(["4", "1"], await PageAsync(new(long.MaxValue, 10, "s", "a")));
        Assert.Equal(["2", "1"], await PageAsync(new(long.MaxValue, 10, Cause: "x")));
        var newest = await store.Rejections.KeptAsync();
        Assert.Equal(["2"], await PageAsync(new(newest[1].Sequence, 1)));

        async Task<IEnumerable<string>> PageAsync(RejectionPage page)
        {
            var found = await store.Rejections.Rejections(page, TestContext.Current.CancellationToken)
                .ToListAsync(TestContext.Current.CancellationToken);
            return await BodiesAsync(store, found);
        }
    }

    [Theory, EveryStore]
    public async Task Remembers_which_event_a_rejection_became(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        store.Rejections.Append([Rejections.Of(), Rejections.Of()], [], Wide);
        var sequence = (await store.Rejections.KeptAsync())[0].Sequence;
        store.Rejections.MarkPromoted(sequence, 42, Rejections.Moment.AddDays(1));

        var kept = await store.Rejections.KeptAsync();
        Assert.Equal((Rejections.Moment.AddDays(1), 42L), (kept[0].PromotedAt!.Value, kept[0].PromotedSequence!.Value));
        Assert.Null(kept[1].PromotedAt);
    }

    [Fact]
    public async Task A_database_that_is_gone_or_held_is_told_as_unavailable()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        using (test.HoldWrites())
            Assert.Throws<StoreUnavailableException>(() => store.Rejections.Append([Rejections.Of()], [], Wide));
        File.Delete(test.SqlitePath);
        Assert.Throws<StoreUnavailableException>(() => store.Rejections.Append([Rejections.Of()], [], Wide));
        Assert.False(File.Exists(test.SqlitePath));
    }

    static async Task<List<string>> BodiesAsync(IEventStore store) =>
        await BodiesAsync(store, await store.Rejections.KeptAsync());

    static async Task<List<string>> BodiesAsync(IEventStore store, List<Rejection> rejections)
    {
        var bodies = new List<string>();
        foreach (var rejection in rejections)
        {
            var found = await store.Rejections.FindAsync(rejection.Sequence, TestContext.Current.CancellationToken);
            bodies.Add(Encoding.UTF8.GetString(found!.Body));
        }
        return bodies;
    }
}
