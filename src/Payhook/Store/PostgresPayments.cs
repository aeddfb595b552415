using Npgsql;
using NpgsqlTypes;
using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Applies the new events of a wave to their payments, inside the wave's transaction: three statements, however many
/// payments. Their names are locked before, so that two listeners never write one payment from two memories.
/// </summary>
static class PostgresPayments
{
    const string Columns =
        "p.number, p.provider, p.account, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts";

    const string FindSql = $"""
        select {Columns} from unnest($1, $2, $3) as k (name, provider, account)
        join payhook_payments p on p.payment_id = k.name and p.provider = k.provider and p.account = k.account
        union
        select {Columns} from unnest($1, $2, $3) as k (name, provider, account)
        join payhook_payment_names n on n.name = k.name and n.provider = k.provider and n.account = k.account
        join payhook_payments p on p.number = n.payment_number
        """;

    const string DeleteSql = "delete from payhook_payments where number = any ($1)";

    const string UpdateSql = """
        update payhook_payments p set payment_id = r.payment_id, source = r.source, status = r.status,
            currency = r.currency, amount = r.amount, authorized = r.authorized, captured = r.captured,
            refunded = r.refunded, refund_pending = r.refund_pending, disputed_open = r.disputed_open,
            dispute_lost = r.dispute_lost, mode = r.mode, order_id = r.order_id,
            merchant_reference = r.merchant_reference, email = r.email, first_event_at = r.first_event_at,
            last_event_at = r.last_event_at, event_count = r.event_count, facts = r.facts,
            attention = r.attention
        from
        """ + " " + RowsSql + " where p.number = r.number";

    const string InsertSql = """
        insert into payhook_payments (provider, account, payment_id, source, status, currency, amount, authorized,
            captured, refunded, refund_pending, disputed_open, dispute_lost, mode, order_id, merchant_reference, email,
            first_event_at, last_event_at, event_count, facts, attention)
        select r.provider, r.account, r.payment_id, r.source, r.status, r.currency, r.amount, r.authorized, r.captured,
            r.refunded, r.refund_pending, r.disputed_open, r.dispute_lost, r.mode, r.order_id, r.merchant_reference,
            r.email, r.first_event_at, r.last_event_at, r.event_count, r.facts, r.attention
        from
        """ + " " + RowsSql + " returning number, provider, account, payment_id";

    const string RowsSql = """
        unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
               $23)
            as r (number, provider, account, payment_id, source, status, currency, amount, authorized, captured,
                  refunded, refund_pending, disputed_open, dispute_lost, mode, order_id, merchant_reference, email,
                  first_event_at, last_event_at, event_count, facts, attention)
        """;

    const string MoveNamesSql = """
        update payhook_payment_names n set payment_number = r.target from unnest($1, $2) as r (source, target)
        where n.payment_number = r.source
        """;

    const string NameSql = """
        insert into payhook_payment_names (name, provider, account, payment_number)
        select * from unnest($1, $2, $3, $4)
        on conflict (name, provider, account) do update set payment_number = excluded.payment_number
        """;

    /// <summary>What is locked before the payments of these events are read: nobody writes them meanwhile.</summary>
    public static IEnumerable<string> LocksOf(IEnumerable<Receipt> receipts) =>
        receipts.SelectMany(r => r.Changes.SelectMany(c => c.Names)
            .Select(n => $"payment {r.ProviderName} {r.AccountId} {n.Id}")).Concat(PostgresMarks.LocksOf(receipts));

    /// <param name="newCommand">Makes a command on the connection whose transaction is open.</param>
    /// <param name="receipts">The events that are new.</param>
    /// <param name="marks">Looks at what was written.</param>
    public static void Apply(
        Func<string, NpgsqlCommand> newCommand, IReadOnlyList<Receipt> receipts, PostgresMarks marks)
    {
        var about = receipts.Where(r => r.Changes.Count > 0).ToArray();
        if (about.Length == 0) return;
        var known = new Book();
        Find(newCommand, about, known);
        foreach (var receipt in about)
        {
            foreach (var change in receipt.Changes) known.Apply(receipt, change);
        }
        Write(newCommand, known);
        marks.After(newCommand, [.. known.Changed]);
    }

    static void Find(Func<string, NpgsqlCommand> newCommand, Receipt[] receipts, Book known)
    {
        var keys = receipts.SelectMany(r => r.Changes.SelectMany(c => c.Names)
            .Select(n => (n.Id, r.ProviderName, r.AccountId))).Distinct().ToArray();
        using var command = newCommand(FindSql);
        Add(command, NpgsqlDbType.Text, keys, k => k.Id);
        Add(command, NpgsqlDbType.Text, keys, k => k.ProviderName);
        Add(command, NpgsqlDbType.Text, keys, k => k.AccountId);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            known.Add(new()
            {
                Number = reader.GetInt64(0),
                Provider = reader.GetString(1),
                Account = reader.GetString(2),
                Source = reader.GetString(3),
                FirstEventAt = new(reader.GetDateTime(4), TimeSpan.Zero),
                LastEventAt = new(reader.GetDateTime(5), TimeSpan.Zero),
                EventCount = reader.GetInt64(6),
                Facts = FactsJson.Read(System.Text.Encoding.UTF8.GetBytes(reader.GetString(7))),
            });
        }
    }

    static void Write(Func<string, NpgsqlCommand> newCommand, Book known)
    {
        if (known.Merged.Count > 0) // first, so that a name is free for the payment that takes it over
        {
            using (var move = newCommand(MoveNamesSql))
            {
                Add(move, NpgsqlDbType.Bigint, known.Merged, m => m.Merged);
                Add(move, NpgsqlDbType.Bigint, known.Merged, m => m.Into.Number);
                move.ExecuteNonQuery();
            }
            using var delete = newCommand(DeleteSql);
            Add(delete, NpgsqlDbType.Bigint, known.Merged, m => m.Merged);
            delete.ExecuteNonQuery();
        }
        var changed = known.Changed.ToArray();
        WriteRows(newCommand, UpdateSql, Array.FindAll(changed, r => r.Number > 0));
        WriteRows(newCommand, InsertSql, Array.FindAll(changed, r => r.Number <= 0));
        var names = changed.Where(r => r.Facts.Names.Count > 1)
            .SelectMany(r => r.Facts.Names.Where(n => n.Id != r.Facts.Id).Select(n => (n.Id, Row: r)))
            .DistinctBy(n => (n.Id, n.Row.Provider, n.Row.Account)).ToArray();
        if (names.Length == 0) return;
        using var command = newCommand(NameSql);
        Add(command, NpgsqlDbType.Text, names, n => n.Id);
        Add(command, NpgsqlDbType.Text, names, n => n.Row.Provider);
        Add(command, NpgsqlDbType.Text, names, n => n.Row.Account);
        Add(command, NpgsqlDbType.Bigint, names, n => n.Row.Number);
        command.ExecuteNonQuery();
    }

    static void WriteRows(Func<string, NpgsqlCommand> newCommand, string sql, PaymentRow[] rows)
    {
        if (rows.Length == 0) return;
        var states = Array.ConvertAll(rows, r => (Row: r, State: PaymentState.Of(r.Facts)));
        using var command = newCommand(sql);
        Add(command, NpgsqlDbType.Bigint, rows, r => r.Number);
        Add(command, NpgsqlDbType.Text, rows, r => r.Provider);
        Add(command, NpgsqlDbType.Text, rows, r => r.Account);
        Add(command, NpgsqlDbType.Text, rows, r => r.Facts.Id);
        Add(command, NpgsqlDbType.Text, rows, r => r.Source);
        Add(command, NpgsqlDbType.Integer, states, s => (int)s.State.Status);
        Add(command, NpgsqlDbType.Text, rows, r => r.Facts.Currency);
        Add(command, NpgsqlDbType.Bigint, states, s => s.State.Amount);
        Add(command, NpgsqlDbType.Bigint, states, s => s.State.Authorized);
        Add(command, NpgsqlDbType.Bigint, states, s => s.State.Captured);
        Add(command, NpgsqlDbType.Bigint, states, s => s.State.Refunded);
        Add(command, NpgsqlDbType.Bigint, states, s => s.State.RefundPending);
        Add(command, NpgsqlDbType.Bigint, states, s => s.State.DisputedOpen);
        Add(command, NpgsqlDbType.Bigint, states, s => s.State.DisputeLost);
        Add(command, NpgsqlDbType.Integer, rows, r => (int)PaymentModes.Of(r.Facts));
        Add(command, NpgsqlDbType.Text, rows, r => r.Facts.OrderId.Value);
        Add(command, NpgsqlDbType.Text, rows, r => r.Facts.MerchantReference.Value);
        Add(command, NpgsqlDbType.Text, rows, r => r.Facts.Email.Value);
        Add(command, NpgsqlDbType.TimestampTz, rows, r => r.FirstEventAt.UtcDateTime);
        Add(command, NpgsqlDbType.TimestampTz, rows, r => r.LastEventAt.UtcDateTime);
        Add(command, NpgsqlDbType.Bigint, rows, r => r.EventCount);
        Add(command, NpgsqlDbType.Text, rows, r => System.Text.Encoding.UTF8.GetString(FactsJson.Write(r.Facts)));
        Add(command, NpgsqlDbType.Bigint, states, s => PaymentRules.Of(s.Row.Provider, s.Row.Facts, s.State));
        if (rows[0].Number > 0)
        {
            command.ExecuteNonQuery();
            return;
        }
        var byKey = rows.ToDictionary(r => (r.Provider, r.Account, r.Facts.Id));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            byKey[(reader.GetString(1), reader.GetString(2), reader.GetString(3))].Number = reader.GetInt64(0);
    }

    static void Add<TItem, T>(
        NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, T> value)
    {
        var column = new T[items.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(items[i]);
        command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
    }

    /// <summary>The payments of one wave in memory, found by any of their names.</summary>
    sealed class Book
    {
        readonly Dictionary<(string Provider, string Account, string Name), PaymentRow> _byName = [];
        readonly HashSet<PaymentRow> _changed = [];

        public IReadOnlyCollection<PaymentRow> Changed => _changed;

        /// <summary>Payments that turned out to be others.</summary>
        public List<(long Merged, PaymentRow Into)> Merged { get; } = [];

        public void Add(PaymentRow row)
        {
            foreach (var name in row.Facts.Names) _byName[(row.Provider, row.Account, name.Id)] = row;
        }

        public void Apply(Receipt receipt, Change change)
        {
            PaymentRow? row = null;
            foreach (var name in change.Names)
            {
                var key = (receipt.ProviderName, receipt.AccountId, name.Id);
                if (!_byName.TryGetValue(key, out var found) || found == row) continue;
                if (row is null) row = found;
                else row = Unite(row, found);
            }
            row ??= new()
            {
                Provider = receipt.ProviderName, Account = receipt.AccountId, Source = receipt.SourceName,
                Facts = new(),
            };
            row.Apply(change, receipt.ReceivedAt);
            _changed.Add(row);
            Add(row);
        }

        /// <summary>The one that is stored already stays, so that its names need not move.</summary>
        PaymentRow Unite(PaymentRow a, PaymentRow b)
        {
            var (into, other) = a.Number == 0 && b.Number != 0 ? (b, a) : (a, b);
            into.Merge(other);
            _changed.Remove(other);
            if (other.Number != 0) Merged.Add((other.Number, into));
            for (var i = 0; i < Merged.Count; i++)
            {
                if (Merged[i].Into == other) Merged[i] = (Merged[i].Merged, into);
            }
            Add(into);
            return into;
        }
    }
}
