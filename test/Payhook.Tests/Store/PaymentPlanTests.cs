using Payhook.Payments;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>No request for payments reads a whole table, in a store that has enough of them to tell.</summary>
public sealed class PaymentPlanTests
{
    const int Payments = 20_000;

    [Theory, EveryStore]
    public async Task Every_combination_of_filters_is_found_through_an_index(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        using var plans = new Plans(test);
        var dialect = kind == StoreKind.Sqlite ? Dialect.Sqlite : Dialect.Postgres;
        foreach (var page in Pages())
        {
            var (sql, values) = PaymentSql.Page(
                page, at => kind == StoreKind.Sqlite ? SqliteStore.Microseconds(at) : at.UtcDateTime, dialect);
            plans.AssertNoScan(sql, values, $"{page}");
            (sql, values) = PaymentSql.WalkEnd(
                page, at => kind == StoreKind.Sqlite ? SqliteStore.Microseconds(at) : at.UtcDateTime, dialect);
            plans.AssertNoScan(sql, values, $"{page}");
            // A part that is smaller than the page may be sorted: that costs no more than reading it.
            var isAll = page is { Text: null, Statuses.Count: 0, From: null, Until: null, After: null };
            if (page.Statuses.Count == 1 || isAll) plans.AssertNoSort(sql, values, $"{page}");
        }
    }

    [Theory, EveryStore]
    public async Task A_payment_and_its_events_are_found_through_an_index(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        using var plans = new Plans(test);
        plans.AssertNoScan(PaymentSql.Called, ["pay_77"], "called");
    }

    [Theory, EveryStore]
    public async Task What_no_index_has_is_found_part_by_part(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        await using var listener = await TestListener.StartAsync(test);
        var (found, pages, next) = (new List<string>(), 0, default(string));
        do
        {
            var after = next is null ? "" : $"&after={next}";
            var answer = (await listener.GetAsync($"/payments?source=rare&limit=2{after}")).Json;
            found.AddRange(answer.GetProperty("payments").EnumerateArray()
                .Select(p => p.GetProperty("payment_id").GetString()!));
            next = answer.GetProperty("next").GetString();
            Assert.InRange(++pages, 1, Payments / PaymentPage.WalkPayments + 3);
        }
        while (next is not null);
        Assert.Equal(["pay_20000", "pay_16000", "pay_12000", "pay_8000", "pay_4000"], found);
    }

    /// <summary>Every subset of the filters, each once with a place to go on from.</summary>
    static IEnumerable<PaymentPage> Pages()
    {
        var at = Receipted.Moment.AddSeconds(Payments / 2);
        Func<PaymentPage, PaymentPage>[] filters =
        [
            p => p with { After = (at, 5000) },
            p => p with { Statuses = [PaymentStatus.Disputed] },
            p => p with { Statuses = [PaymentStatus.Captured, PaymentStatus.Failed] },
            p => p with { Provider = "stripe" },
            p => p with { Source = "rare" },
            p => p with { Currency = "USD" },
            p => p with { AmountMinimum = 5, AmountMaximum = 10 },
            p => p with { From = at },
            p => p with { Until = at.AddHours(1) },
            p => p with { Mode = PaymentMode.Live },
            p => p with { Text = "order_7" },
        ];
        for (var chosen = 0; chosen < 1 << filters.Length; chosen++)
        {
            var page = new PaymentPage { Limit = 50 };
            for (var i = 0; i < filters.Length; i++)
            {
                if ((chosen >> i & 1) == 1) page = filters[i](page);
            }
            yield return page;
        }
    }

    static async Task<TestStore> FillAsync(StoreKind kind)
    {
        var test = new TestStore(kind);
        await test.Open().DisposeAsync();
        var start = SqliteStore.Microseconds(Receipted.Moment);
        var (numbers, at) = kind == StoreKind.Sqlite
            ? ($"(with recursive s(n) as (select 1 union all select n + 1 from s where n < {Payments}) "
                + "select n from s)", $"{start} + n * 1000000")
            : ($"generate_series(1, {Payments}) as n", $"to_timestamp({start / 1_000_000} + n)");
        test.Scalar("insert into payhook_payments (number, provider, account, payment_id, source, status, "
            + "currency, amount, mode, order_id, merchant_reference, email, first_event_at, last_event_at, "
            + "event_count, attention, facts, events) "
            + "select n, case n % 3 when 0 then 'razorpay' else 'stripe' end, '', 'pay_' || n, "
            + "case when n % 4000 = 0 then 'rare' else 'source_' || n % 3 end, n % 11, "
            + "case n % 2 when 0 then 'INR' else 'USD' end, n % 1000, n % 3, 'order_' || n, "
            + $"'ref_' || n, 'a' || n % 100 || '@example.com', {at}, {at}, 2, 0, "
            + $"'{{\"names\":[\"0pay_' || n || '\"]}}', '[]' from {numbers}");
        test.Scalar("insert into payhook_payment_names select payment_id, provider, account, number "
            + "from payhook_payments");
        test.Scalar("insert into payhook_payment_names "
            + $"select 'ch_' || payment_id, provider, account, number from payhook_payments where number % 2 = 0");
        if (kind == StoreKind.Postgres)
        {
            test.Scalar("vacuum analyze payhook_payments");
            test.Scalar("vacuum analyze payhook_payment_names");
        }
        return test;
    }
}
