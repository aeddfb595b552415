using System.Data.Common;
using System.Text;
using System.Text.Json;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>Which payments are wanted, in the order of their latest events.</summary>
sealed record PaymentPage
{
    public const int LimitPayments = 500;

    public int Limit { get; init; } = LimitPayments;

    /// <summary>Those whose latest events are the oldest first, and not last.</summary>
    public bool IsOldestFirst { get; init; }

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

    /// <summary>An id of the payment, its order or the merchant's reference, exactly.</summary>
    public string? Text { get; init; }

    /// <summary>True where the text may be the e-mail address too.</summary>
    public bool MayMatchEmail { get; init; }
}

/// <summary>
/// The statements that read payments; both dialects understand them, and differ in how a moment is bound.
/// </summary>
static class PaymentSql
{
    const string Columns = """
        p.number, p.provider, p.account, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts,
        p.events
        """;

    /// <summary>By any of its names.</summary>
    public const string Called = $"""
        select {Columns} from payhook_payment_names n join payhook_payments p on p.number = n.payment_number
        where n.name = $1 order by p.number limit 20
        """;

    /// <summary>
    /// The events about whatever goes by an id, in the order of their receipt: those that payments know, and those that
    /// carry the id and say nothing of its payment. $1 is the id, $2 the event to go on after, $3 the limit.
    /// </summary>
    /// <param name="columns">What is wanted of each event.</param>
    /// <param name="dialect">How the database says it.</param>
    public static string EventsOf(string columns, in Dialect dialect)
    {
        var after = $"""
            (coalesce((select received_at from payhook_events where sequence = $2), {dialect.Beginning}), $2)
            """;
        return $"""
            select {columns} from payhook_events e join (
                select event_sequence from (
                    select s.received_at, s.sequence as event_sequence from payhook_events s
                    where s.sequence in ({Linked("$1", dialect)}) and (s.received_at, s.sequence) > {after}
                    union
                    select * from (
                        select u.received_at, u.sequence from payhook_events u
                        where u.payment_id = $1 and {dialect.IsUnlinked} and (u.received_at, u.sequence) > {after}
                        order by u.received_at, u.sequence limit $3) as unlinked) as found
                order by received_at, event_sequence limit $3) as wanted on e.sequence = wanted.event_sequence
            order by e.received_at, e.sequence
            """;
    }

    /// <summary>The numbers of the events about whatever goes by an id, in any order.</summary>
    public static string Sequences(string id, in Dialect dialect) => $"""
        ({Linked(id, dialect)} union
         select u.sequence from payhook_events u where u.payment_id = {id} and {dialect.IsUnlinked})
        """;

    static string Linked(string id, in Dialect dialect) => $"""
        select {dialect.Number} from payhook_payment_names n join payhook_payments p on p.number = n.payment_number,
        {dialect.Numbers} where n.name = {id}
        """;

    /// <summary>A list of numbers as a payment's row keeps it.</summary>
    public static ReadOnlySpan<byte> WriteEvents(List<long> sequences)
    {
        var text = new StringBuilder("[", 2 + 8 * sequences.Count);
        foreach (var sequence in sequences)
        {
            if (text.Length > 1) text.Append(',');
            text.Append(sequence);
        }
        return Encoding.ASCII.GetBytes(text.Append(']').ToString());
    }

    public static List<long> ReadEvents(ReadOnlySpan<byte> text)
    {
        var sequences = new List<long>();
        var json = new Utf8JsonReader(text);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.Number) sequences.Add(json.GetInt64());
        }
        return sequences;
    }

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
            Add($"(p.last_event_at, p.number) {(page.IsOldestFirst ? ">" : "<")} (?, ?)",
                moment(after.LastEventAt), after.Number);
        if (page.Provider is { } provider) Add("p.provider = ?", provider);
        if (page.Source is { } source) Add("p.source = ?", source);
        if (page.Currency is { } currency) Add("p.currency = ?", currency);
        if (page.AmountMinimum is { } minimum) Add("p.amount >= ?", minimum);
        if (page.AmountMaximum is { } maximum) Add("p.amount <= ?", maximum);
        if (page.From is { } from) Add("p.last_event_at >= ?", moment(from));
        if (page.Until is { } until) Add("p.last_event_at < ?", moment(until));
        if (page.Mode is { } mode) Add("p.mode = ?", (int)mode);
        if (page.Text is { } text) Add($"p.number in ({TextSql(page.MayMatchEmail)})", TextValues(page, text));
        values.Add(page.Limit);
        var direction = page.IsOldestFirst ? "asc" : "desc";
        return ($"""
            select {Columns} from payhook_payments p {where}
            order by p.last_event_at {direction}, p.number {direction} limit ${values.Count}
            """, [.. values]);
    }

    static string TextSql(bool mayMatchEmail) => $"""
        select payment_number from payhook_payment_names where name = ?
        union all select number from payhook_payments where order_id = ?
        union all select number from payhook_payments where merchant_reference = ?
        {(mayMatchEmail ? "union all select number from payhook_payments where email = ?" : "")}
        """;

    static object[] TextValues(PaymentPage page, string text) =>
        page.MayMatchEmail ? [text, text, text, text.ToLowerInvariant()] : [text, text, text];

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
        Events = ReadEvents(Encoding.UTF8.GetBytes(row.GetString(8))),
    };
}

/// <summary>What the two databases spell differently in the statements about payments.</summary>
/// <param name="Beginning">The moment before all moments.</param>
/// <param name="IsUnlinked">That the event <c>u</c> is known to no payment.</param>
/// <param name="Numbers">The list of the events of the payment <c>p</c> as a table.</param>
/// <param name="Number">A number of that table.</param>
readonly record struct Dialect(string Beginning, string IsUnlinked, string Numbers, string Number)
{
    public static Dialect Sqlite { get; } = new("-1", "u.is_linked = 0", "json_each(p.events) k", "k.value");

    public static Dialect Postgres { get; } = new(
        "'-infinity'", "not u.is_linked", "jsonb_array_elements_text(p.events::jsonb) k (value)", "k.value::bigint");
}
