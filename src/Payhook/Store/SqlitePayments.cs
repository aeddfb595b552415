using Payhook.Payments;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>
/// Applies events to payments inside the writer's transaction: what a 200 acknowledged, the next read sees.
/// </summary>
sealed class SqlitePayments : IDisposable
{
    readonly sqlite3 _database;
    readonly SqliteMarks _marks;
    readonly SqliteStatement _find, _insert, _update, _delete, _name, _unlink;

    public SqlitePayments(sqlite3 database)
    {
        _database = database;
        _marks = new(database);
        _find = Prepare("""
            select p.number, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts, p.events
            from payhook_payment_names n join payhook_payments p on p.number = n.payment_number
            where n.name = ?1 and n.provider = ?2 and n.account = ?3
            """);
        _insert = Prepare("""
            insert into payhook_payments (payment_id, source, status, mode, currency, amount, order_id,
                merchant_reference, email, first_event_at, last_event_at, event_count, attention, facts, events,
                provider, account)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """);
        _update = Prepare("""
            update payhook_payments set payment_id = ?1, source = ?2, status = ?3, mode = ?4, currency = ?5,
                amount = ?6, order_id = ?7, merchant_reference = ?8, email = ?9, first_event_at = ?10,
                last_event_at = ?11, event_count = ?12, attention = ?13, facts = ?14, events = ?15
            where number = ?16
            """);
        _delete = Prepare("delete from payhook_payments where number = ?1");
        _name = Prepare("insert or replace into payhook_payment_names values (?1, ?2, ?3, ?4)");
        _unlink = Prepare("update payhook_events set is_linked = 0 where sequence = ?1");
    }

    /// <summary>Applies what the new events of a batch say.</summary>
    public void Apply(PaymentBook book)
    {
        foreach (var key in book.Keys())
        {
            if (Find(key) is { } row) book.Know(row);
        }
        book.Apply();
        foreach (var row in book.Changed) Write(row);
        foreach (var row in book.Merged) _delete.Bind(row.Number).Run();
        foreach (var row in book.Changed) WriteNames(row);
        foreach (var sequence in book.Unlinked) _unlink.Bind(sequence).Run();
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _find, _insert, _update, _delete, _name, _unlink }) statement.Dispose();
        _marks.Dispose();
    }

    PaymentRow? Find(PaymentKey key)
    {
        _find.Bind(key.Name).Bind(key.Provider).Bind(key.Account);
        var row = _find.Step()
            ? new PaymentRow
            {
                Number = _find.Int64(0),
                Provider = key.Provider,
                Account = key.Account,
                Source = _find.Text(1),
                FirstEventAt = SqliteStore.Moment(_find.Int64(2)),
                LastEventAt = SqliteStore.Moment(_find.Int64(3)),
                EventCount = _find.Int64(4),
                Facts = FactsJson.Read(_find.Blob(5)),
                Events = PaymentSql.ReadEvents(_find.Blob(6)),
            }
            : null;
        _find.Reset();
        return row;
    }

    void Write(PaymentRow row)
    {
        var facts = row.Facts;
        var state = PaymentState.Of(facts);
        var statement = row.Number == 0 ? _insert : _update;
        statement.Bind(facts.Id).Bind(row.Source).Bind((long)state.Status).Bind((long)PaymentModes.Of(facts))
            .Bind(facts.Currency);
        if (state.Amount is { } amount) statement.Bind(amount);
        else statement.BindNull();
        statement.Bind(facts.OrderId.Value).Bind(facts.MerchantReference.Value).Bind(facts.Email.Value)
            .Bind(SqliteStore.Microseconds(row.FirstEventAt)).Bind(SqliteStore.Microseconds(row.LastEventAt))
            .Bind(row.EventCount).Bind(_marks.Of(row, state)).BindText(FactsJson.WriteShared(facts))
            .BindText(PaymentSql.WriteEvents(row.Events));
        if (row.Number == 0)
        {
            statement.Bind(row.Provider).Bind(row.Account).Run();
            row.Number = raw.sqlite3_last_insert_rowid(_database);
        }
        else statement.Bind(row.Number).Run();
    }

    void WriteNames(PaymentRow row)
    {
        if (!row.HasNewNames) return;
        foreach (var name in row.Facts.Names)
            _name.Bind(name.Id).Bind(row.Provider).Bind(row.Account).Bind(row.Number).Run();
    }

    SqliteStatement Prepare(string sql) => new(_database, sql);
}
