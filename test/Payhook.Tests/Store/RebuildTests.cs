using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Payhook.Cli;
using Payhook.Providers;
using Payhook.Store;
using Payhook.Tests.Payments;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>Payments made anew from the events are those that were there, column by column.</summary>
public sealed partial class RebuildTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static readonly Sources Known = new([.. new[] { "razorpay", "stripe", "paddle", "adyen", "shopify",
        "mercadopago", "mollie-classic" }.Select(name => new Source(name, ProviderCatalog.Find(name)!, new()))]);

    [Theory, EveryStore]
    public async Task Makes_the_payments_that_intake_made(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Append(store, [.. Lives(40, seed: 1), .. Others()]);
        var before = Dump(test);
        var numbers = Numbers(test);

        var run = await RebuildAsync(store);
        Assert.Equal(0, run.Mended + run.Removed);
        Assert.Equal(before, Dump(test));
        Assert.Equal(numbers, Numbers(test));

        // Also where nothing is left to compare with.
        test.Scalar("delete from payhook_payment_names where provider <> 'mollie-classic'");
        test.Scalar("delete from payhook_payments where provider <> 'mollie-classic'");
        run = await RebuildAsync(store);
        Assert.Equal(run.Payments, run.Mended);
        Assert.Equal(before, Dump(test));
    }

    [Theory, EveryStore]
    public async Task Heals_what_was_damaged(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Append(store, Lives(30, seed: 2));
        var before = Dump(test);
        test.Scalar("update payhook_payments set facts = '{\"names\":[\"0x\"]}', amount = 1 where number % 5 = 0");
        test.Scalar("update payhook_payments set event_count = event_count + 1 where number % 5 = 1");
        test.Scalar("update payhook_payments set payment_id = 'lost' where number = 7");
        test.Scalar("update payhook_payment_names set payment_number = (select min(number) from payhook_payments)");
        test.Scalar("delete from payhook_payment_names where payment_number in (2, 3)");
        test.Scalar("delete from payhook_payments where number in (2, 3)");
        Assert.NotEqual(before, Dump(test));

        var run = await RebuildAsync(store);

        Assert.Equal(before, Dump(test));
        Assert.InRange(run.Mended, 10, run.Payments);
        // The one that was lost, and those that no name led to any more: they are there anew.
        Assert.InRange(run.Removed, 1, run.Payments);
    }

    [Theory, EveryStore]
    public async Task Goes_on_where_it_was_ended(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Append(store, Lives(30, seed: 3));
        var before = Dump(test);
        var half = Convert.ToInt64(test.Scalar("select max(sequence) / 2 from payhook_events"));
        var page = await store.Feed.PageAsync(
            new(), new(default, new(ulong.MaxValue, long.MaxValue)), (int)half, withBody: true, Cancellation);
        using (var ended = store.OpenRebuild(beginsAgain: false))
        {
            Assert.Throws<StoreRefusedException>(() => store.OpenRebuild(beginsAgain: false));
            var run = new RebuildRun(store, Known, ended, TimeProvider.System);
            var mapped = page.Events.Select(run.Map).OfType<MappedEvent>().ToList();
            ended.Fill(mapped, page.Events.Count, page.Events[^1].Position);
        }
        test.Scalar("update payhook_payments set event_count = 99");

        using (var again = store.OpenRebuild(beginsAgain: false))
        {
            Assert.Equal(half, again.EventCount);
            var run = new RebuildRun(store, Known, again, TimeProvider.System);
            await store.SettledAsync();
            await run.FillAsync(_ => { }, Cancellation);
            Assert.True((await again.CompareAsync(run.Map, Cancellation)).Mended > 0);
        }
        Assert.Equal(before, Dump(test));
        test.Scalar("update payhook_payments set event_count = 99");
        var last = await RebuildAsync(store); // compares again from the start
        Assert.Equal(last.Events, last.EventsBefore);
        Assert.Equal(before, Dump(test));

        using var anew = store.OpenRebuild(beginsAgain: false);
        Assert.Equal(0, anew.EventCount);
    }

    [Theory, EveryStore]
    public async Task Goes_on_where_it_was_killed(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using (var store = test.Open())
        {
            Append(store, Lives(1200, seed: 8));
            await store.SettledAsync();
        }
        var before = Dump(test);
        test.Scalar("update payhook_payments set event_count = 99");
        (string, string)[] environment =
        [
            ("DATABASE_URL", test.Url), ("WEBHOOK_SECRET", "k"), ("STRIPE_WEBHOOK_SECRET", "whsec_k"),
            ("PADDLE_WEBHOOK_SECRET", "k"),
        ];
        var (kills, reached, time) = (0, new List<long>(), TimeSpan.FromMilliseconds(300));
        while (true)
        {
            using var rebuild = PayhookProcess.Start(Path.GetTempPath(), environment, "rebuild", "--json");
            if (await rebuild.EndsWithinAsync(time += TimeSpan.FromMilliseconds(80)))
            {
                Assert.True(rebuild.ExitCode == 0, rebuild.Errors);
                break;
            }
            rebuild.Kill();
            kills++;
            await using var store = test.Open();
            using var left = store.OpenRebuild(beginsAgain: false);
            // Only one that was done, and killed before it ended, leaves less than it found.
            if (left.EventCount < reached.LastOrDefault()) Assert.Equal(before, Dump(test));
            reached.Add(left.EventCount);
        }
        Assert.InRange(kills, 3, 200);
        Assert.Contains(reached, count => count > 0); // it did not begin again each time
        Assert.Equal(before, Dump(test));
    }

    [Theory, EveryStore]
    public async Task Begins_again_where_that_is_wanted(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Append(store, Lives(3, seed: 4));
        using (var ended = store.OpenRebuild(beginsAgain: false)) ended.Fill([], 5, new(0, 5));
        using (var kept = store.OpenRebuild(beginsAgain: false)) Assert.Equal(5, kept.EventCount);
        using var anew = store.OpenRebuild(beginsAgain: true);
        Assert.Equal(0, anew.EventCount);
        Assert.Equal(default, anew.Position);
    }

    [Theory, EveryStore]
    public async Task Takes_in_what_is_received_meanwhile(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var all = Lives(60, seed: 5);
        var (before, meanwhile) = (all[..(all.Length / 2)], all[(all.Length / 2)..]);
        Append(store, before);
        test.Scalar("update payhook_payments set event_count = event_count + 1 where number % 3 = 0");
        using var rebuild = store.OpenRebuild(beginsAgain: false);
        var run = new RebuildRun(store, Known, rebuild, TimeProvider.System);
        var writing = Task.Run(() => Append(store, meanwhile, together: 7), Cancellation);
        await run.FillAsync(_ => { }, Cancellation);
        await run.CompareAsync(_ => { }, Cancellation);
        await writing;
        // What came after the last step was written by the writer alone, onto payments that are right.
        Assert.Equal(0, (await rebuild.CompareAsync(run.Map, Cancellation)).Mended);
        rebuild.Finish();

        var after = Dump(test);
        Assert.Equal(0, (await RebuildAsync(store)).Mended);
        Assert.Equal(after, Dump(test));
        using var other = new TestStore(kind);
        await using var untouched = other.Open();
        Append(untouched, before);
        Append(untouched, meanwhile, together: 7);
        Assert.Equal(Dump(other), after);
    }

    [Fact]
    public async Task A_running_transaction_holds_nothing_back_and_counts_nothing_twice()
    {
        using var test = new TestStore(StoreKind.Postgres);
        await using var store = test.Open();
        Append(store, Lives(5, seed: 6));
        using var holder = test.Connect();
        using var begin = holder.CreateCommand();
        begin.CommandText = "begin; select pg_current_xact_id()";
        begin.ExecuteNonQuery(); // from now on the feed ends here
        Append(store, Lives(9, seed: 7));
        var before = Dump(test);

        using (var rebuild = store.OpenRebuild(beginsAgain: false))
        {
            var run = new RebuildRun(store, Known, rebuild, TimeProvider.System);
            await run.FillAsync(_ => { }, Cancellation);
            for (var i = 0; i < 3; i++)
                Assert.Equal(0, (await rebuild.CompareAsync(run.Map, Cancellation)).Mended);
        }
        holder.Dispose();
        Assert.Equal(0, (await RebuildAsync(store)).Mended);
        Assert.Equal(before, Dump(test));
    }

    static async Task<RebuildRun> RebuildAsync(IEventStore store)
    {
        await store.SettledAsync();
        using var rebuild = store.OpenRebuild(beginsAgain: false);
        var run = new RebuildRun(store, Known, rebuild, TimeProvider.System);
        await run.FillAsync(_ => { }, Cancellation);
        await run.CompareAsync(_ => { }, Cancellation);
        rebuild.Finish();
        return run;
    }

    /// <summary>Events of generated lives in any order, some of them twice.</summary>
    static Receipt[] Lives(int count, int seed)
    {
        var random = new Random(seed);
        var receipts = new List<Receipt>();
        foreach (var provider in new[] { StripeLives.Provider, RazorpayLives.Provider, PaddleLives.Provider })
        {
            for (var i = 0; i < count; i++)
            {
                var decisions = new byte[40];
                random.NextBytes(decisions);
                var plan = new LifePlan(provider, decisions);
                var bodies = new List<Sent>();
                foreach (var step in plan.Steps) provider.Write(plan, step, bodies);
                foreach (var body in bodies.Select(b => b.Body))
                {
                    var own = IdPrefix().Replace(body, $"\"$1_{seed}x{i}x");
                    var at = Receipted.Moment.AddMilliseconds(random.Next(1_000_000));
                    for (var twice = random.Next(4); twice is >= 0 and < 5; twice += 4)
                        receipts.Add(Received(provider.Name, own, at.AddSeconds(twice), ("X-Razorpay-Event-Id", "e")));
                }
            }
        }
        var mixed = receipts.ToArray();
        random.Shuffle(mixed);
        return mixed;
    }

    /// <summary>Events of which the body alone does not tell all.</summary>
    static Receipt[] Others() =>
    [
        Received("shopify", """{"id":7,"total_price":"10.00","currency":"EUR","financial_status":"paid"}""",
            Receipted.Moment, ("X-Shopify-Topic", "orders/paid"), ("X-Shopify-Shop-Domain", "one.example")),
        Received("shopify", """{"id":7,"total_price":"11.00","currency":"EUR","financial_status":"paid"}""",
            Receipted.Moment, ("X-Shopify-Topic", "orders/paid"), ("X-Shopify-Shop-Domain", "two.example")),
        Received("mercadopago", """{"id":1,"type":"payment","action":"payment.updated","data":{"id":"5"}}""",
            Receipted.Moment, "?data.id=6", default),
        Received("mollie-classic", "id=tr_1", Receipted.Moment, "", new()
        {
            Document = """
                {"id":"tr_1","status":"paid","amount":{"value":"9.00","currency":"EUR"},"profileId":"pfl_1"}
                """u8.ToArray(),
        }),
        .. Received("adyen", """
            {"live":"false","notificationItems":[
            {"NotificationRequestItem":{"eventCode":"AUTHORISATION","pspReference":"P1","success":"true",
            "merchantAccountCode":"A1","amount":{"value":500,"currency":"EUR"}}},
            {"NotificationRequestItem":{"eventCode":"CAPTURE","pspReference":"C1","originalReference":"P1",
            "success":"true","merchantAccountCode":"A1","amount":{"value":500,"currency":"EUR"}}}]}
            """, Receipted.Moment).Batch!.Receipts,
    ];

    static Receipt Received(
        string source, string body, DateTimeOffset at, params (string Name, string Value)[] headers) =>
        Received(source, body, at, "", null, headers);

    static Receipt Received(
        string source, string body, DateTimeOffset at, string query, Found? found,
        params (string Name, string Value)[] headers)
    {
        var (known, bytes) = (Known.Find(source)!, new PooledBytes(256));
        bytes.Write(Encoding.UTF8.GetBytes(body));
        var given = new DictionaryHeaders(headers.Select(h => KeyValuePair.Create(h.Name, h.Value)));
        var events = new List<PaymentEvent>();
        Assert.Equal(Reading.Read, known.Provider.Read(
            new(given, bytes.Span) { Query = query, Found = found }, events));
        return Receipts.Of(known, given, events, 1, at, bytes);
    }

    static void Append(IEventStore store, Receipt[] receipts, int together = 50)
    {
        using var writer = store.OpenWriter();
        foreach (var some in receipts.DistinctBy(r => (object?)r.Batch ?? r).Chunk(together))
            writer.Append([.. some.SelectMany(r => r.Batch?.Receipts ?? [r])]);
    }

    static string Dump(TestStore store) => Rows(store, "select * from payhook_payments", "number")
        + Rows(store, """
            select n.name, n.provider, n.account, p.payment_id
            from payhook_payment_names n left join payhook_payments p on p.number = n.payment_number
            """, "");

    static string Numbers(TestStore store) => Rows(store, "select number, payment_id from payhook_payments", "");

    static string Rows(TestStore store, string sql, string without)
    {
        using var connection = store.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount)
                .Where(i => reader.GetName(i) != without).Select(i => $"{reader.GetName(i)}={reader.GetValue(i)}")));
        }
        return string.Join('\n', rows.Order(StringComparer.Ordinal)) + "\n";
    }

    [GeneratedRegex("\"(evt|pi|ch|pay|txn|order|ref|disp|adj)_")]
    private static partial Regex IdPrefix();
}
