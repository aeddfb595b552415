using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>What every store promises to the intake: one suite, run against each.</summary>
public sealed class StoreContractTests
{
    [Theory, EveryStore]
    public async Task One_event_that_cannot_be_stored_does_not_fail_the_others_of_its_batch(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        store.RefuseEvent("evt_13");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            async i => (i, await listener.PostAsync(Bodies.Mocked($"evt_{i}")))));

        Assert.All(answers, a => Assert.Equal(a.i == 13 ? 503 : 200, a.Item2.Status));
        Assert.Equal(49, store.EventIds().Count);
        Assert.DoesNotContain(answers, a => a.i != 13 && a.Item2.Member("status") != "success");
    }

    [Theory, EveryStore]
    public async Task A_store_that_does_not_commit_in_time_is_a_503_with_Retry_After(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("COMMIT_DEADLINE_SECONDS", "1"));
        Answer late;
        using (store.HoldWrites()) late = await listener.PostAsync(Bodies.Mocked("evt_1"));

        Contract.ReceiveContractTests.AssertProblem(late, 503, "The store is not available now");
        var again = await listener.PostAsync(Bodies.Mocked("evt_1"));
        Assert.Equal(200, again.Status);
        Assert.Single(store.EventIds());
    }

    [Theory, EveryStore]
    public async Task A_full_queue_is_a_503_at_once(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(
            store, ("QUEUE_LIMIT_EVENTS", "2"), ("BATCH_LIMIT_EVENTS", "1"), ("COMMIT_DEADLINE_SECONDS", "3"));
        using var held = store.HoldWrites();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            i => listener.PostAsync(Bodies.Mocked($"evt_{i}"))));

        Assert.All(answers, a => Assert.Equal(503, a.Status));
        Assert.Contains(answers, a => a.Member("error") == "Too many requests are waiting");
        Assert.Contains(answers, a => a.Member("error") == "The store is not available now");
    }

    [Theory, EveryStore]
    public async Task All_bodies_in_memory_share_one_limit_in_bytes(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(
            store, ("BODIES_LIMIT_BYTES", "1048576"), ("COMMIT_DEADLINE_SECONDS", "2"));
        var pad = new string('x', 200_000);
        IReadOnlyList<Answer> answers;
        using (store.HoldWrites())
        {
            answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
                listener.PostAsync($$"""{"id":"evt_{{i}}","event":"x.y","pad":"{{pad}}"}""")));
        }
        Assert.Contains(answers, a => a.Member("error") == "Too many requests are waiting");

        // What was refused or committed gives its bytes back.
        for (var i = 0; i < 50; i++) Assert.Equal(200, (await RetryAsync(listener, i, pad)).Status);
    }

    [Theory, EveryStore]
    public async Task The_events_of_a_payment_are_one_range_of_an_index(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await store.Open().DisposeAsync();
        var query = PaymentSql.EventsOf("sequence", kind == StoreKind.Sqlite ? Dialect.Sqlite : Dialect.Postgres);
        var plan = Explain(store, query.Replace("$1", "'pay_1'").Replace("$2", "7").Replace("$3", "500"));

        Assert.Contains("payhook_events_unlinked", plan);
        Assert.Contains(kind == StoreKind.Sqlite ? "name=?" : "payhook_payment_names_pkey", plan);
        Assert.DoesNotMatch(kind == StoreKind.Sqlite ? "SCAN payhook" : "Seq Scan", plan);
    }

    [Theory, EveryStore]
    public async Task An_event_is_found_by_its_id_through_indexes(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await store.Open().DisposeAsync();
        var plan = Explain(store, """
            select sequence from payhook_events where identity = 'evt_1' and event_id = 'evt_1'
            union all
            select sequence from payhook_events where event_id = 'evt_1' and event_id <> identity
            """);

        Assert.Contains("payhook_events_identity", plan);
        Assert.Contains("payhook_events_label", plan);
        Assert.DoesNotContain(kind == StoreKind.Sqlite ? "SCAN payhook" : "Seq Scan", plan);
    }

    [Theory, EveryStore]
    public async Task Every_commit_is_synced(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var opened = store.Open();
        if (opened is SqliteStore sqlite)
        {
            using var connection = sqlite.OpenConnection();
            using var command = connection.CreateCommand();
            command.CommandText = "select (select synchronous from pragma_synchronous), "
                + "(select journal_mode from pragma_journal_mode)";
            using var row = command.ExecuteReader();
            row.Read();
            Assert.Equal((2L, "wal"), (row.GetInt64(0), row.GetString(1))); // 2 is FULL
        }
        else
        {
            // A server that acknowledges before it has synced is told not to, in the session that writes.
            store.Scalar("do $$ begin execute "
                + "format('alter database %I set synchronous_commit = off', current_database()); end $$");
            using var writer = opened.OpenWriter();
            store.Scalar("create function seen() returns trigger language plpgsql as $$ begin "
                + "insert into seen_setting values (current_setting('synchronous_commit')); return new; end $$; "
                + "create table seen_setting (value text); "
                + "create trigger seen before update on payhook_probe for each row execute function seen()");
            writer.Probe();
            Assert.Equal("on", store.Scalar("select value from seen_setting"));
        }
        await opened.DisposeAsync();
    }

    [Fact]
    public void An_engine_with_the_fault_in_its_log_is_refused()
    {
        Assert.Throws<StoreRefusedException>(() => SqliteStore.RefuseEngine(new Version(3, 51, 2)));
        SqliteStore.RefuseEngine(new Version(3, 51, 3));
        SqliteStore.RefuseEngine(SqliteStore.EngineVersion);
    }

    [Theory, EveryStore]
    public async Task Tables_of_another_program_in_the_same_database_are_left_alone(StoreKind kind)
    {
        using var store = new TestStore(kind);
        if (kind == StoreKind.Sqlite) File.WriteAllBytes(store.SqlitePath, []);
        store.Scalar("create table events (id integer, event_id text); insert into events values (1, 'old')");
        await using var listener = await TestListener.StartAsync(store);

        Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked("evt_1"))).Status);
        Assert.Equal(1, store.Count("events"));
    }

    static async Task<Answer> RetryAsync(TestListener listener, int number, string pad)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await listener.PostAsync($$"""{"id":"evt_after_{{number}}","event":"x.y","pad":"{{pad}}"}""");
            if (answer.Status == 200 || attempt == 20) return answer;
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }
    }

    static string Explain(TestStore store, string query)
    {
        using var connection = store.Connect();
        using var command = connection.CreateCommand();
        // An empty table would be read whole whatever the indexes; the plan for a full one is what matters.
        command.CommandText = store.Kind == StoreKind.Sqlite
            ? $"explain query plan {query}"
            : $"set enable_seqscan = off; explain {query}";
        using var reader = command.ExecuteReader();
        var plan = new List<string>();
        while (reader.Read()) plan.Add(reader.GetString(reader.FieldCount - 1));
        return string.Join('\n', plan);
    }
}
