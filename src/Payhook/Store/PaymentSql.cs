using System.Data.Common;
using System.Text;
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
        p.number, p.provider, p.account, p.source, p.first_event_at, p.last_event_at, p.event_count, p.facts
        """;

    /// <summary>By any of its names.</summary>
    public const string Called = $"""
        select {Columns} from payhook_payments p where p.payment_id = $1
        union
        select {Columns} from payhook_payment_names n join payhook_payments p on p.number = n.payment_number
        where n.name = $1
        order by 1 limit 20
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
        select number from payhook_payments where payment_id = ?
        union all select payment_number from payhook_payment_names where name = ?
        union all select number from payhook_payments where order_id = ?
        union all select number from payhook_payments where merchant_reference = ?
        {(mayMatchEmail ? "union all select number from payhook_payments where email = ?" : "")}
        """;

    static object[] TextValues(PaymentPage page, string text) =>
        page.MayMatchEmail ? [text, text, text, text, text.ToLowerInvariant()] : [text, text, text, text];

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
