using Payhook.Attention;
using Payhook.Payments;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>
/// Applies events to payments inside the writer's transaction: what a 200 acknowledged, the next read sees.
/// </summary>
sealed class SqlitePayments : IDisposable
{
    const string RowColumns =
        "p.number, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts";

    readonly sqlite3 _database;
    readonly SqliteStatement _find, _findByName, _insert, _update, _delete, _name, _moveNames;

    public SqlitePayments(sqlite3 database)
    {
        _database = database;
        _find = Prepare($"""
            select {RowColumns} from payhook_payments p where p.payment_id = ?1 and p.provider = ?2 and p.account = ?3
            """);
        _findByName = Prepare($"""
            select {RowColumns} from payhook_payment_names n join payhook_payments p on p.number = n.payment_number
            where n.name = ?1 and n.provider = ?2 and n.account = ?3
            """);
        _insert = Prepare("""
            insert into payhook_payments (payment_id, status, currency, amount, authorized, captured, refunded,
                refund_pending, disputed_open, dispute_lost, mode, order_id, merchant_reference, email, source,
                first_event_at, last_event_at, event_count, facts, attention, provider, account)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
            """);
        _update = Prepare("""
            update payhook_payments set payment_id = ?1, status = ?2, currency = ?3, amount = ?4, authorized = ?5,
                captured = ?6, refunded = ?7, refund_pending = ?8, disputed_open = ?9, dispute_lost = ?10, mode = ?11,
                order_id = ?12, merchant_reference = ?13, email = ?14, source = ?15, first_event_at = ?16,
                last_event_at = ?17, event_count = ?18, facts = ?19, attention = ?20
            where number = ?21
            """);
        _delete = Prepare("delete from payhook_payments where number = ?1");
        _name = Prepare("insert or replace into payhook_payment_names values (?1, ?2, ?3, ?4)");
        _moveNames = Prepare("update payhook_payment_names set payment_number = ?1 where payment_number = ?2");
    }

    /// <summary>Applies what a new event says.</summary>
    public void Apply(Receipt receipt)
    {
        foreach (var change in receipt.Changes) Apply(receipt, change);
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _find, _findByName, _insert, _update, _delete, _name, _moveNames })
            statement.Dispose();
    }

    void Apply(Receipt receipt, Change change)
    {
        var (provider, account) = (receipt.ProviderName, receipt.AccountId);
        var row = FindAll(change, provider, account);
        row ??= new() { Provider = provider, Account = account, Source = receipt.SourceName, Facts = new() };
        var (idBefore, namesBefore) = row.Facts.Names.Count == 0 ? (null, 0) : (row.Facts.Id, row.Facts.Names.Count);
        row.Apply(change, receipt.ReceivedAt);
        Write(row);
        if (row.Facts.Names.Count == 1 || (row.Facts.Names.Count == namesBefore && row.Facts.Id == idBefore)) return;
        WriteNames(row);
    }

    void WriteNames(PaymentRow row)
    {
        foreach (var name in row.Facts.Names)
        {
            if (name.Id != row.Facts.Id)
                _name.Bind(name.Id).Bind(row.Provider).Bind(row.Account).Bind(row.Number).Run();
        }
    }

    /// <summary>The payment that the event names; where it names several, they turn out to be one.</summary>
    PaymentRow? FindAll(Change change, string provider, string account)
    {
        PaymentRow? row = null;
        foreach (var name in change.Names)
        {
            if (Find(name.Id, provider, account) is not { } found || found.Number == row?.Number) continue;
            if (row is null)
            {
                row = found;
                continue;
            }
            row.Merge(found);
            _moveNames.Bind(row.Number).Bind(found.Number).Run();
            _delete.Bind(found.Number).Run();
            WriteNames(row); // what one of them was called by is now a name beside others
        }
        return row;
    }

    PaymentRow? Find(string id, string provider, string account) =>
        Read(_find.Bind(id).Bind(provider).Bind(account), provider, account)
        ?? Read(_findByName.Bind(id).Bind(provider).Bind(account), provider, account);

    static PaymentRow? Read(SqliteStatement statement, string provider, string account)
    {
        var row = statement.Step()
            ? new PaymentRow
            {
                Number = statement.Int64(0),
                Provider = provider,
                Account = account,
                Source = statement.Text(1),
                FirstEventAt = SqliteStore.Moment(statement.Int64(2)),
                LastEventAt = SqliteStore.Moment(statement.Int64(3)),
                EventCount = statement.Int64(4),
                Facts = FactsJson.Read(statement.Blob(5)),
            }
            : null;
        statement.Reset();
        return row;
    }

    void Write(PaymentRow row)
    {
        var facts = row.Facts;
        var state = PaymentState.Of(facts);
        var statement = row.Number == 0 ? _insert : _update;
        statement.Bind(facts.Id).Bind((long)state.Status).Bind(facts.Currency);
        if (state.Amount is { } amount) statement.Bind(amount);
        else statement.BindNull();
        statement.Bind(state.Authorized).Bind(state.Captured).Bind(state.Refunded).Bind(state.RefundPending)
            .Bind(state.DisputedOpen).Bind(state.DisputeLost).Bind((long)PaymentModes.Of(facts))
            .Bind(facts.OrderId.Value).Bind(facts.MerchantReference.Value).Bind(facts.Email.Value).Bind(row.Source)
            .Bind(SqliteStore.Microseconds(row.FirstEventAt)).Bind(SqliteStore.Microseconds(row.LastEventAt))
            .Bind(row.EventCount).BindText(FactsJson.Write(facts)).Bind(PaymentRules.Of(facts, state));
        if (row.Number == 0)
        {
            statement.Bind(row.Provider).Bind(row.Account).Run();
            row.Number = raw.sqlite3_last_insert_rowid(_database);
        }
        else statement.Bind(row.Number).Run();
    }

    SqliteStatement Prepare(string sql) => new(_database, sql);
}
