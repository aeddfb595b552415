using Npgsql;
using NpgsqlTypes;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Applies the new events of a wave to their payments, inside the wave's transaction and in one round trip, however
/// many there are. Rows are locked as they are read, and a name is taken once, so that two listeners never write one
/// payment from two memories.
/// </summary>
static class PostgresPayments
{
    /// <summary>In the order of their numbers, so that no two listeners wait for each other in a circle.</summary>
    const string FindSql = """
        select p.number, p.provider, p.account, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts,
               p.events
        from unnest($1, $2, $3) as k (name, provider, account)
        join payhook_payment_names n on n.name = k.name and n.provider = k.provider and n.account = k.account
        join payhook_payments p on p.number = n.payment_number
        order by p.number for update of p
        """;

    const string NumbersSql = "select nextval('payhook_payment_numbers')";

    const string WriteSql = """
        insert into payhook_payments (number, provider, account, payment_id, source, status, mode, currency, amount,
            order_id, merchant_reference, email, first_event_at, last_event_at, event_count, attention, facts,
            events)
        select * from
        """ + " " + RowsSql + """
         on conflict (number) do update set payment_id = excluded.payment_id, source = excluded.source,
            status = excluded.status, mode = excluded.mode, currency = excluded.currency, amount = excluded.amount,
            order_id = excluded.order_id, merchant_reference = excluded.merchant_reference, email = excluded.email,
            first_event_at = excluded.first_event_at, last_event_at = excluded.last_event_at,
            event_count = excluded.event_count, attention = excluded.attention, facts = excluded.facts,
            events = excluded.events
        """;

    const string RowsSql = """
        unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
               $18)
            as r (number, provider, account, payment_id, source, status, mode, currency, amount, order_id,
                  merchant_reference, email, first_event_at, last_event_at, event_count, attention, facts, events)
        """;

    const string DeleteSql = "delete from payhook_payments where number = any ($1)";

    const string NameSql = """
        insert into payhook_payment_names (name, provider, account, payment_number)
        select * from unnest($1, $2, $3, $4)
        """;

    const string RenameSql = NameSql + """
         on conflict (name, provider, account) do update set payment_number = excluded.payment_number
        """;

    const string UnlinkSql = "update payhook_events set is_linked = false where sequence = any ($1)";

    /// <summary>Asks for payments, and for numbers where there are too few for those that do not exist.</summary>
    public static void AddFind(NpgsqlBatch batch, IReadOnlyCollection<PaymentKey> keys, PaymentNumbers numbers)
    {
        PostgresArrays.AddTo(batch, FindSql, keys)
            .Column(NpgsqlDbType.Text, k => k.Name)
            .Column(NpgsqlDbType.Text, k => k.Provider)
            .Column(NpgsqlDbType.Text, k => k.Account);
        for (var block = 0; block < numbers.BlocksFor(keys.Count); block++) batch.BatchCommands.Add(new(NumbersSql));
    }

    /// <summary>Reads the answers to <see cref="AddFind"/>.</summary>
    public static void ReadFound(NpgsqlDataReader reader, PaymentBook book, PaymentNumbers numbers)
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
                Events = PaymentSql.ReadEvents(System.Text.Encoding.UTF8.GetBytes(reader.GetString(8))),
            });
        }
        while (reader.NextResult())
        {
            while (reader.Read()) numbers.Add(reader.GetInt64(0));
        }
    }

    /// <summary>Lets the events of a book have their effect, and asks for all that this changes.</summary>
    public static void AddWrite(
        NpgsqlBatch batch, PaymentBook book, PaymentNumbers numbers, Func<PaymentRow, PaymentState, long> bitsOf)
    {
        book.Apply();
        var fresh = book.Changed.Where(r => r.Number == 0).ToArray();
        foreach (var row in fresh) row.Number = numbers.Next();
        var written = book.Changed.OrderBy(r => r.Number).Select(r => (r, PaymentState.Of(r.Facts))).ToArray();
        AddRows(batch, written, bitsOf);
        PostgresMarks.AddTo(batch, written);
        // A new name is taken, so that of two listeners one learns of the other; one that is stored is only moved.
        AddNames(batch, NameSql, book.Changed, name => !book.IsStored(name));
        if (book.Merged.Count > 0) AddNames(batch, RenameSql, book.Merged.Select(r => r.MergedInto!), book.IsStored);
        if (book.Unlinked.Count > 0)
            PostgresArrays.AddTo(batch, UnlinkSql, book.Unlinked).Column(NpgsqlDbType.Bigint, sequence => sequence);
        if (book.Merged.Count > 0)
            PostgresArrays.AddTo(batch, DeleteSql, book.Merged).Column(NpgsqlDbType.Bigint, r => r.Number);
    }

    static void AddNames(
        NpgsqlBatch batch, string sql, IEnumerable<PaymentRow> rows, Func<PaymentKey, bool> isWanted)
    {
        var names = rows.SelectMany(r => r.Facts.Names.Select(n => (n.Id, Row: r)))
            .Where(n => isWanted(new(n.Row.Provider, n.Row.Account, n.Id)))
            .DistinctBy(n => (n.Id, n.Row.Provider, n.Row.Account))
            // In one order, so that two listeners that take the same names do not wait for each other in a circle.
            .OrderBy(n => n.Id, StringComparer.Ordinal).ToArray();
        if (names.Length == 0) return;
        PostgresArrays.AddTo(batch, sql, names)
            .Column(NpgsqlDbType.Text, n => n.Id)
            .Column(NpgsqlDbType.Text, n => n.Row.Provider)
            .Column(NpgsqlDbType.Text, n => n.Row.Account)
            .Column(NpgsqlDbType.Bigint, n => n.Row.Number);
    }

    static void AddRows(
        NpgsqlBatch batch, (PaymentRow Row, PaymentState State)[] states, Func<PaymentRow, PaymentState, long> bitsOf)
    {
        PostgresArrays.AddTo(batch, WriteSql, states)
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
            .Column(NpgsqlDbType.Bigint, s => bitsOf(s.Row, s.State))
            .Column(NpgsqlDbType.Text, s => System.Text.Encoding.UTF8.GetString(FactsJson.WriteShared(s.Row.Facts)))
            .Column(NpgsqlDbType.Text, s => System.Text.Encoding.UTF8.GetString(PaymentSql.WriteEvents(s.Row.Events)));
    }
}

/// <summary>
/// Numbers for payments, taken from the database in blocks, so that a payment knows its number before it is written.
/// Those of a block that are not used never are.
/// </summary>
sealed class PaymentNumbers
{
    /// <summary>As the sequence's increment in the schema.</summary>
    const int BlockSize = 1000;

    readonly Queue<(long Next, long End)> _blocks = [];

    /// <summary>How many blocks are missing for so many payments.</summary>
    public int BlocksFor(int payments)
    {
        var left = _blocks.Sum(b => b.End - b.Next);
        return left >= payments ? 0 : (int)((payments - left + BlockSize - 1) / BlockSize);
    }

    public void Add(long block) => _blocks.Enqueue((block, block + BlockSize));

    public long Next()
    {
        var (next, end) = _blocks.Dequeue();
        if (next + 1 < end)
        {
            _blocks.Enqueue((next + 1, end));
            for (var i = 1; i < _blocks.Count; i++) _blocks.Enqueue(_blocks.Dequeue()); // it stays the first
        }
        return next;
    }
}
