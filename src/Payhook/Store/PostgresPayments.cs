using Npgsql;
using NpgsqlTypes;
using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Applies the new events of a wave to their payments, inside the wave's transaction and in one round trip, however
/// many there are. Their names are locked before, and their rows as they are read, so that two listeners never write
/// one payment from two memories.
/// </summary>
static class PostgresPayments
{
    /// <summary>In the order of their numbers, so that no two listeners wait for each other in a circle.</summary>
    const string FindSql = """
        select p.number, p.provider, p.account, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts
        from unnest($1, $2, $3) as k (name, provider, account)
        join payhook_payment_names n on n.name = k.name and n.provider = k.provider and n.account = k.account
        join payhook_payments p on p.number = n.payment_number
        order by p.number for update of p
        """;

    /// <summary>Numbers for payments that may turn out to be new; unused ones are never used.</summary>
    const string NumbersSql = """
        select nextval(pg_get_serial_sequence('payhook_payments', 'number')) from generate_series(1, $1)
        """;

    const string UpdateSql = """
        update payhook_payments p set payment_id = r.payment_id, source = r.source, status = r.status, mode = r.mode,
            currency = r.currency, amount = r.amount, order_id = r.order_id,
            merchant_reference = r.merchant_reference, email = r.email, first_event_at = r.first_event_at,
            last_event_at = r.last_event_at, event_count = r.event_count, attention = r.attention, facts = r.facts
        from
        """ + " " + RowsSql + " where p.number = r.number";

    const string InsertSql = """
        insert into payhook_payments (number, provider, account, payment_id, source, status, mode, currency, amount,
            order_id, merchant_reference, email, first_event_at, last_event_at, event_count, attention, facts)
        select * from
        """ + " " + RowsSql;

    const string RowsSql = """
        unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            as r (number, provider, account, payment_id, source, status, mode, currency, amount, order_id,
                  merchant_reference, email, first_event_at, last_event_at, event_count, attention, facts)
        """;

    /// <summary>Events that were linked to both payments stay linked once.</summary>
    const string MoveLinksSql = """
        with moved as (
            delete from payhook_payment_events l using unnest($1, $2) as r (source, target)
            where l.payment_number = r.source returning r.target, l.received_at, l.event_sequence)
        insert into payhook_payment_events select * from moved on conflict do nothing
        """;

    const string DeleteSql = "delete from payhook_payments where number = any ($1)";

    const string NameSql = """
        insert into payhook_payment_names (name, provider, account, payment_number)
        select * from unnest($1, $2, $3, $4)
        """;

    const string RenameSql = NameSql + """
         on conflict (name, provider, account) do update set payment_number = excluded.payment_number
        """;

    const string LinkSql =
        "insert into payhook_payment_events select * from unnest($1, $2, $3) on conflict do nothing";

    const string CountLinksSql = """
        update payhook_payments set event_count = (
            select count(*) from payhook_payment_events where payment_number = number)
        where number = any ($1)
        """;

    /// <summary>What is locked before the payments of these events are read: nobody writes them meanwhile.</summary>
    public static IEnumerable<string> LocksOf(IReadOnlySet<PaymentKey> keys) =>
        keys.Select(k => $"payment {k.Provider} {k.Account} {k.Name}");

    /// <summary>Asks for payments, and for the numbers of those that do not exist.</summary>
    public static void AddFind(NpgsqlBatch batch, IReadOnlyCollection<PaymentKey> keys)
    {
        PostgresArrays.AddTo(batch, FindSql, keys)
            .Column(NpgsqlDbType.Text, k => k.Name)
            .Column(NpgsqlDbType.Text, k => k.Provider)
            .Column(NpgsqlDbType.Text, k => k.Account);
        var numbers = new NpgsqlBatchCommand(NumbersSql);
        numbers.Parameters.Add(new NpgsqlParameter<int> { TypedValue = keys.Count });
        batch.BatchCommands.Add(numbers);
    }

    /// <summary>Reads the two answers to <see cref="AddFind"/>.</summary>
    public static Queue<long> ReadFound(NpgsqlDataReader reader, PaymentBook book)
    {
        long last = 0;
        while (reader.Read())
        {
            if (reader.GetInt64(0) == last) continue; // found by another of its names
            last = reader.GetInt64(0);
            book.Know(new()
            {
                Number = last,
                Provider = reader.GetString(1),
                Account = reader.GetString(2),
                Source = reader.GetString(3),
                FirstEventAt = new(reader.GetDateTime(4), TimeSpan.Zero),
                LastEventAt = new(reader.GetDateTime(5), TimeSpan.Zero),
                EventCount = reader.GetInt64(6),
                Facts = FactsJson.Read(System.Text.Encoding.UTF8.GetBytes(reader.GetString(7))),
            });
        }
        reader.NextResult();
        var numbers = new Queue<long>();
        while (reader.Read()) numbers.Enqueue(reader.GetInt64(0));
        return numbers;
    }

    /// <summary>Lets the events of a book have their effect, and writes it.</summary>
    public static void Write(NpgsqlBatch batch, PaymentBook book, Queue<long> numbers)
    {
        book.Apply();
        var known = book.Changed.Where(r => r.Number > 0).ToArray();
        var fresh = book.Changed.Where(r => r.Number == 0).ToArray();
        foreach (var row in fresh) row.Number = numbers.Dequeue();
        AddRows(batch, UpdateSql, known);
        AddRows(batch, InsertSql, fresh);
        AddNames(batch, NameSql, fresh);
        AddNames(batch, RenameSql, Array.FindAll(known, r => r.Facts.Names.Count != r.NamesStored));
        PostgresArrays.AddTo(batch, LinkSql, book.Links)
            .Column(NpgsqlDbType.Bigint, l => l.Payment.Number)
            .Column(NpgsqlDbType.TimestampTz, l => l.ReceivedAt.UtcDateTime)
            .Column(NpgsqlDbType.Bigint, l => l.Sequence);
        if (book.Merged.Count > 0) AddMerged(batch, book.Merged);
        batch.ExecuteNonQuery();
    }

    static void AddMerged(NpgsqlBatch batch, IReadOnlyList<PaymentRow> merged)
    {
        PostgresArrays.AddTo(batch, MoveLinksSql, merged)
            .Column(NpgsqlDbType.Bigint, r => r.Number)
            .Column(NpgsqlDbType.Bigint, r => r.MergedInto!.Number);
        PostgresArrays.AddTo(batch, DeleteSql, merged).Column(NpgsqlDbType.Bigint, r => r.Number);
        PostgresArrays.AddTo(batch, CountLinksSql, merged).Column(NpgsqlDbType.Bigint, r => r.MergedInto!.Number);
    }

    static void AddNames(NpgsqlBatch batch, string sql, PaymentRow[] rows)
    {
        var names = rows.SelectMany(r => r.Facts.Names.Select(n => (n.Id, Row: r)))
            .DistinctBy(n => (n.Id, n.Row.Provider, n.Row.Account)).ToArray();
        if (names.Length == 0) return;
        PostgresArrays.AddTo(batch, sql, names)
            .Column(NpgsqlDbType.Text, n => n.Id)
            .Column(NpgsqlDbType.Text, n => n.Row.Provider)
            .Column(NpgsqlDbType.Text, n => n.Row.Account)
            .Column(NpgsqlDbType.Bigint, n => n.Row.Number);
    }

    static void AddRows(NpgsqlBatch batch, string sql, PaymentRow[] rows)
    {
        if (rows.Length == 0) return;
        var states = Array.ConvertAll(rows, r => (Row: r, State: PaymentState.Of(r.Facts)));
        PostgresArrays.AddTo(batch, sql, states)
            .Column(NpgsqlDbType.Bigint, s => s.Row.Number)
            .Column(NpgsqlDbType.Text, s => s.Row.Provider)
            .Column(NpgsqlDbType.Text, s => s.Row.Account)
            .Column(NpgsqlDbType.Text, s => s.Row.Facts.Id)
            .Column(NpgsqlDbType.Text, s => s.Row.Source)
            .Column(NpgsqlDbType.Integer, s => (int)s.State.Status)
            .Column(NpgsqlDbType.Integer, s => (int)PaymentModes.Of(s.Row.Facts))
            .Column(NpgsqlDbType.Text, s => s.Row.Facts.Currency)
            .Column(NpgsqlDbType.Bigint, s => s.State.Amount)
            .Column(NpgsqlDbType.Text, s => s.Row.Facts.OrderId.Value)
            .Column(NpgsqlDbType.Text, s => s.Row.Facts.MerchantReference.Value)
            .Column(NpgsqlDbType.Text, s => s.Row.Facts.Email.Value)
            .Column(NpgsqlDbType.TimestampTz, s => s.Row.FirstEventAt.UtcDateTime)
            .Column(NpgsqlDbType.TimestampTz, s => s.Row.LastEventAt.UtcDateTime)
            .Column(NpgsqlDbType.Bigint, s => s.Row.EventCount)
            .Column(NpgsqlDbType.Bigint, s => PaymentRules.Of(s.Row.Facts, s.State))
            .Column(NpgsqlDbType.Text, s => System.Text.Encoding.UTF8.GetString(FactsJson.WriteShared(s.Row.Facts)));
    }
}
