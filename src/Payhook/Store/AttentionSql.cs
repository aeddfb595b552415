using System.Globalization;
using System.Text;
using Payhook.Attention;

namespace Payhook.Store;

/// <summary>The statements about attention that both dialects understand.</summary>
static class AttentionSql
{
    public const string Columns = """
        p.number, p.provider, p.account, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts,
            p.events, p.attention
        """;

    /// <summary>The place of <c>attention</c> behind the columns of a payment.</summary>
    public const int AttentionColumn = 9;

    public const string Payment = $"select {Columns} from payhook_payments p where p.number = $1";

    public const string OfOrder = $"""
        select {Columns} from payhook_payments p where p.order_id = $3 and p.provider = $1 and p.account = $2
        order by p.number desc limit 50
        """;

    public const string TestPayments = $"""
        select {Columns} from payhook_payments p where p.mode = 2 and p.source = $1
        order by p.last_event_at desc, p.number desc limit $2
        """;

    public const string CountSince = """
        select count(*) from (
            select received_at from payhook_events where source = $1 order by sequence desc limit 1000) latest
        where received_at >= $2
        """;

    const string ConflictingColumns = """
        select e.sequence, c.sequence, e.source, e.event_id, e.event_type, e.payment_id, e.received_at, c.received_at,
            e.conflict_count
        from payhook_conflicts c join payhook_events e on e.sequence = c.event_sequence
        where c.kind = 1 and not exists (
            select 1 from payhook_conflicts d
            where d.event_sequence = c.event_sequence and d.kind = 1 and d.sequence > c.sequence)
        """;

    public const string Conflicting = ConflictingColumns + " and c.sequence < $1 order by c.sequence desc limit $2";

    public const string ConflictingEvent = ConflictingColumns + " and e.sequence = $1";

    public const string Acknowledge = """
        insert into payhook_acknowledgements (item, mark, actor, at, note) values ($1, $2, $3, $4, $5)
        on conflict (item) do update
        set mark = excluded.mark, actor = excluded.actor, at = excluded.at, note = excluded.note
        """;

    /// <summary>Those of an order are looked at up to a bound, in case somebody names all payments alike.</summary>
    const string Captured = "o.status in (5, 6, 7, 9)";

    /// <summary>Whether an order has a captured payment with this merchant beside one.</summary>
    public const string HasTwin = $"""
        select 1 from (
            select number, provider, account, status from payhook_payments where order_id = ?1 limit 50) o
        where o.number <> ?2 and o.provider = ?3 and o.account = ?4 and {Captured}
        """;

    /// <summary>Marks those payments whose order has such another.</summary>
    public const string MarkTwice = $"""
        update payhook_payments as p set attention = p.attention | 4
        where p.number = any ($1) and exists (
            select 1 from (
                select q.number, q.provider, q.account, q.status from payhook_payments q
                where q.order_id = p.order_id limit 50) o
            where o.number <> p.number and o.provider = p.provider and o.account = p.account and {Captured})
        """;

    /// <summary>A page of marked payments, and the values to bind to it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="hint">Names the index where the dialect has to be told.</param>
    /// <param name="moment">Makes a moment a value of the dialect.</param>
    public static (string Sql, object[] Values) Marked(
        MarkedPage page, string hint, Func<DateTimeOffset, object> moment)
    {
        var values = new List<object>();
        var sql = new StringBuilder($"select {Columns} from payhook_payments p {hint} where p.attention <> 0");
        if (page.Bits != -1) sql.Append(CultureInfo.InvariantCulture, $" and (p.attention & {Add(page.Bits)}) <> 0");
        if (page.After is { } after)
        {
            sql.Append(CultureInfo.InvariantCulture,
                $" and (p.last_event_at, p.number) < ({Add(moment(after.LastEventAt))}, {Add(after.Number)})");
        }
        if (page.Provider is { } provider)
            sql.Append(CultureInfo.InvariantCulture, $" and p.provider = {Add(provider)}");
        if (page.Source is { } source) sql.Append(CultureInfo.InvariantCulture, $" and p.source = {Add(source)}");
        sql.Append(CultureInfo.InvariantCulture,
            $" order by p.last_event_at desc, p.number desc limit {Add(page.Limit)}");
        return (sql.ToString(), [.. values]);

        string Add(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }

    /// <summary>The bit stands in a statement as a number.</summary>
    static AttentionSql() => System.Diagnostics.Debug.Assert(AttentionKind.CapturedTwice.Bit() == 4);
}
