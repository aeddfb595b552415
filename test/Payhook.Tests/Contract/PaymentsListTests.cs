using System.Text;
using System.Text.Json;
using Payhook.Tests.Cli;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>The list of payments: its filters, its order, its pages and its forms.</summary>
[Collection(WholeProcess.Name)] // one of them measures memory
public sealed class PaymentsListTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Each_filter_lets_through_what_it_names(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.failed", "pay_1", amount: 100));
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_2", amount: 200, orderId: "order_2"));
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_3", amount: 300, currency: "EUR"));
        await listener.PostAsync(PaymentBodies.Razorpay("payment.authorized", "pay_4", amount: 400));

        foreach (var (query, expected) in new[]
        {
            ("", "pay_4 pay_3 pay_2 pay_1"), ("sort=last_event_at", "pay_1 pay_2 pay_3 pay_4"),
            ("sort=-last_event_at", "pay_4 pay_3 pay_2 pay_1"), ("status=captured", "pay_3 pay_2"),
            ("status=failed,authorized", "pay_4 pay_1"), ("status=failed&status=captured", "pay_3 pay_2 pay_1"),
            ("status=created", ""), ("provider=razorpay", "pay_4 pay_3 pay_2 pay_1"), ("provider=stripe", ""),
            ("source=razorpay&currency=eur", "pay_3"), ("source=other", ""),
            ("currency=INR&amount_min=200", "pay_4 pay_2"), ("currency=INR&amount_max=200", "pay_2 pay_1"),
            ("currency=INR&amount_min=200&amount_max=200", "pay_2"), ("mode=unknown", "pay_4 pay_3 pay_2 pay_1"),
            ("mode=live", ""), ("text=pay_2", "pay_2"), ("text=%20order_2%20", "pay_2"),
            ("text=A@EXAMPLE.com", "pay_4 pay_3 pay_2 pay_1"), ("text=pay_", ""), ("limit=1", "pay_4"),
            ("last_event_to=2020-01-01T00:00:00Z", ""),
            ("last_event_from=2020-01-01T00:00:00Z", "pay_4 pay_3 pay_2 pay_1"),
        })
        {
            var answer = await listener.GetAsync("/payments?" + query);
            Assert.Equal((query, expected), (query, string.Join(' ', Ids(answer.Json))));
        }
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("status=secret_word", "status")]
    [InlineData("provider=secret_word", "provider")]
    [InlineData("currency=secret_word", "currency")]
    [InlineData("amount_min=1", "currency")]
    [InlineData("currency=EUR&amount_max=-1", "amount_max")]
    [InlineData("mode=secret_word", "mode")]
    [InlineData("sort=amount", "sort")]
    [InlineData("after=secret_word", "after")]
    [InlineData("last_event_from=secret_word", "last_event_from")]
    [InlineData("text=%00", "text")]
    [InlineData("text=a%0Ab", "text")]
    [InlineData("text=a&text=b", "text")]
    [InlineData("secret_word=1", null)]
    public async Task A_slip_is_refused_by_name_and_never_repeated(string query, string? parameter)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var answer = await listener.GetAsync("/payments?" + query);

        ReceiveContractTests.AssertProblem(answer, 400, "Bad request");
        Assert.DoesNotContain("secret_word", answer.Text);
        Assert.Equal(
            parameter, answer.Json.TryGetProperty("parameter", out var named) ? named.GetString() : null);
    }

    [Theory, EveryStore]
    public async Task Pages_miss_nothing_and_double_nothing(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i =>
            listener.PostAsync(PaymentBodies.Razorpay("payment.captured", $"pay_{i}"))));

        foreach (var sort in new[] { "last_event_at", "-last_event_at" })
        {
            var seen = new List<string>();
            for (string? next = ""; next is not null;)
            {
                var page = (await listener.GetAsync($"/payments?limit=7&sort={sort}&after={next}")).Json;
                seen.AddRange(Ids(page));
                next = page.GetProperty("next").GetString();
            }
            Assert.Equal(25, seen.Count);
            Assert.Equal(25, seen.Distinct().Count());
        }
    }

    [Theory, EveryStore]
    public async Task Oldest_first_misses_no_payment_that_changes_meanwhile(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        for (var i = 0; i < 10; i++) await listener.PostAsync(PaymentBodies.Razorpay("payment.authorized", $"pay_{i}"));

        var seen = new List<string>();
        var changes = 0;
        for (string? next = ""; next is not null;)
        {
            var page = (await listener.GetAsync($"/payments?limit=3&sort=last_event_at&after={next}")).Json;
            seen.AddRange(Ids(page));
            next = page.GetProperty("next").GetString();
            // One that was seen, and one that was not.
            if (changes++ > 2) continue;
            await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_0"));
            await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", $"pay_{9 - changes}"));
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"pay_{i}"), seen.Distinct().Order());
        Assert.True(seen.Count > 10, "what changed comes again");
    }

    [Theory, EveryStore]
    public async Task Lines_and_cells_say_the_same_as_the_list(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "=1+1", orderId: "a,b"));
        await listener.PostAsync(PaymentBodies.Razorpay("payment.failed", "pay_2"));

        var lines = (await ReadAsync(listener, "/payments", "application/x-ndjson"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var listed = (await listener.GetAsync("/payments")).Json.GetProperty("payments");
        Assert.Equal(listed.EnumerateArray().Select(p => p.GetRawText()), lines);

        var cells = (await ReadAsync(listener, "/payments?status=captured", "text/csv")).Split("\r\n");
        Assert.StartsWith(
            "payment_id,provider,source,account,status,mode,currency,currency_exponent,amount,", cells[0]);
        Assert.StartsWith(
            "'=1+1,razorpay,razorpay,acc_1,captured,unknown,INR,2,1000,0,1000,0,0,0,0,\"a,b\",,", cells[1]);
        Assert.Equal("", cells[2]);
        var limited = await ReadAsync(listener, "/payments?limit=1", "application/x-ndjson");
        Assert.Single(limited.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory, EveryStore]
    public async Task Fifty_thousand_payments_take_no_more_memory_than_a_few(StoreKind kind)
    {
        const int payments = 50_000, growthLimitBytes = 16 << 20;
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay"));
        Copy(store, payments);

        foreach (var type in new[] { "application/x-ndjson", "text/csv" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/payments?sort=last_event_at");
            request.Headers.Accept.ParseAdd(type);
            using var response = await listener.Client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation), Encoding.UTF8);
            var (lines, grown, before) = (0, 0L, 0L);
            while (await reader.ReadLineAsync(Cancellation) is not null)
            {
                if (++lines == 2000) before = GC.GetTotalMemory(forceFullCollection: true);
                if (lines > 2000 && lines % 10_000 == 0)
                    grown = Math.Max(grown, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
            Assert.Equal(type == "text/csv" ? payments + 1 : payments, lines);
            Assert.InRange(grown, long.MinValue, growthLimitBytes);
        }
    }

    /// <summary>The one payment that there is, until there are as many.</summary>
    static void Copy(TestStore store, int payments)
    {
        const string same = """
            provider, account, source, status, currency, amount, mode, order_id, merchant_reference, email,
            first_event_at, last_event_at, event_count, attention, facts, events
            """;
        store.Scalar($"""
            insert into payhook_payments (number, payment_id, {same})
            with recursive n(i) as (select 1 union all select i + 1 from n where i < {payments - 1})
            select p.number + n.i, 'pay_' || n.i, {same} from payhook_payments p cross join n
            """);
    }

    static async Task<string> ReadAsync(TestListener listener, string path, string type) =>
        (await listener.GetAsync(path, ("Accept", type))).Text;

    static IEnumerable<string> Ids(JsonElement page) =>
        page.GetProperty("payments").EnumerateArray().Select(p => p.GetProperty("payment_id").GetString()!);
}
