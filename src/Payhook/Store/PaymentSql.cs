using System.Data.Common;
using System.Globalization;
using System.Text;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>Which payments are wanted, in the order of their latest events, the newest first.</summary>
sealed record PaymentPage
{
    public const int LimitPayments = 500;

    public int Limit { get; init; } = LimitPayments;

    /// <summary>Only payments further down than this one.</summary>
    public (DateTimeOffset LastEventAt, long Number)? After { get; init; }

    public IReadOnlyList<PaymentStatus> Statuses { get; init; } = [];
    public string? Provider { get; init; }
    public string? Source { get; init; }
    public string? Currency { get; init; }
    public long? AmountMinimum { get; init; }
    public long? AmountMaximum { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? Until { get; init; }
    public PaymentMode? Mode { get; init; }

    /// <summary>An id of the payment, its order, the merchant's reference or an e-mail address, exactly.</summary>
    public string? Text { get; init; }
}

/// <summary>
/// The statements that read payments; both dialects understand them, and differ in how a moment is bound.
/// </summary>
static class PaymentSql
{
    const string Columns = """
        p.number, p.provider, p.account, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts
        """;

    /// <summary>By any of its names.</summary>
    public const string Called = $"""
        select {Columns} from payhook_payment_names n join payhook_payments p on p.number = n.payment_number
        where n.name = $1 order by p.number limit 20
        """;

    /// <summary>The numbers of the payments that go by a name.</summary>
    public const string NumbersCalled =
        "select payment_number from payhook_payment_names where name = $1 order by 1 limit 20";

    /// <summary>
    /// The events that are about payments, and those that name one and say nothing of it, in the order of their
    /// receipt: of each payment one range of an index. $1 is the id, $2 the event to go on after, $3 the limit.
    /// </summary>
    /// <param name="columns">What is wanted of each event.</param>
    /// <param name="payments">The numbers of the payments.</param>
    /// <param name="beginning">The moment before all moments, in this dialect.</param>
    /// <param name="isUnlinked">That an event is linked to no payment, in this dialect.</param>
    public static string EventsOf(string columns, IReadOnlyList<long> payments, string beginning, string isUnlinked)
    {
        var after = $"""
            (coalesce((select received_at from payhook_events where sequence = $2), {beginning}), $2)
            """;
        var parts = payments.Select(number => string.Create(CultureInfo.InvariantCulture, $"""
            select * from (
                select received_at, event_sequence from payhook_payment_events where payment_number = {number}
                and (received_at, event_sequence) > {after} order by received_at, event_sequence limit $3) as linked
            """)).Append($"""
            select * from (
                select received_at, sequence as event_sequence from payhook_events
                where payment_id = $1 and {isUnlinked}
                and (received_at, sequence) > {after} order by received_at, sequence limit $3) as unlinked
            """);
        return $"""
            select {columns} from (select event_sequence from (
                {string.Join(" union ", parts)}) as found order by received_at, event_sequence limit $3) as wanted
            join payhook_events on sequence = event_sequence order by received_at, sequence
            """;
    }

    /// <summary>The events about whatever goes by an id, in any order.</summary>
    public static string Sequences(string id, string isUnlinked) => $"""
        (select event_sequence from payhook_payment_events
         where payment_number in (select payment_number from payhook_payment_names where name = {id})
         union select sequence from payhook_events where payment_id = {id} and {isUnlinked})
        """;

    /// <summary>A page of payments, and the values to bind to it.</summary>
    public static (string Sql, object[] Values) Page(PaymentPage page, Func<DateTimeOffset, object> moment)
    {
        var values = new List<object>();
        var where = new StringBuilder();
        void Add(string condition, params ReadOnlySpan<object> bound)
        {
            foreach (var value in bound)
            {
                values.Add(value);
                var at = condition.IndexOf('?', StringComparison.Ordinal);
                condition = $"{condition[..at]}${values.Count}{condition[(at + 1)..]}";
            }
            where.Append(where.Length == 0 ? "where " : " and ").Append(condition);
        }

        if (page.Statuses.Count == 1) Add("p.status = ?", (int)page.Statuses[0]);
        else if (page.Statuses.Count > 1)
            Add($"p.status in ({string.Join(", ", page.Statuses.Select(s => (int)s))})");
        if (page.After is { } after)
            Add("(p.last_event_at, p.number) < (?, ?)", moment(after.LastEventAt), after.Number);
        if (page.Provider is { } provider) Add("p.provider = ?", provider);
        if (page.Source is { } source) Add("p.source = ?", source);
        if (page.Currency is { } currency) Add("p.currency = ?", currency);
        if (page.AmountMinimum is { } minimum) Add("p.amount >= ?", minimum);
        if (page.AmountMaximum is { } maximum) Add("p.amount <= ?", maximum);
        if (page.From is { } from) Add("p.last_event_at >= ?", moment(from));
        if (page.Until is { } until) Add("p.last_event_at < ?", moment(until));
        if (page.Mode is { } mode) Add("p.mode = ?", (int)mode);
        if (page.Text is { } text)
            Add("""
                p.number in (
                    select payment_number from payhook_payment_names where name = ?
                    union all select number from payhook_payments where order_id = ?
                    union all select number from payhook_payments where merchant_reference = ?
                    union all select number from payhook_payments where email = ?)
                """, text, text, text, text);
        values.Add(page.Limit);
        return ($"""
            select {Columns} from payhook_payments p {where}
            order by p.last_event_at desc, p.number desc limit ${values.Count}
            """, [.. values]);
    }

    public static PaymentRow Read(DbDataReader row, Func<int, DateTimeOffset> moment) => new()
    {
        Number = row.GetInt64(0),
        Provider = row.GetString(1),
        Account = row.GetString(2),
        Source = row.GetString(3),
        FirstEventAt = moment(4),
        LastEventAt = moment(5),
        EventCount = row.GetInt64(6),
        Facts = FactsJson.Read(Encoding.UTF8.GetBytes(row.GetString(7))),
    };
}
