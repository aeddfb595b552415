using System.Data.Common;
using System.Globalization;
using System.Text;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>Which payments are wanted, in the order of their latest events, the newest first.</summary>
sealed record PaymentPage
{
    public const int LimitPayments = 500;

    /// <summary>In how many payments, at most, one page is looked for where no index has what is asked for.</summary>
    public const int WalkPayments = 2000;

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

    /// <summary>True where a page may be looked for in <see cref="WalkPayments"/>, and more may follow.</summary>
    public bool HasFilterWithoutIndex => Text is null
        && ((Provider ?? Source ?? Currency) is not null
            || (AmountMinimum ?? AmountMaximum ?? (long?)Mode) is not null);

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
        select {Columns} from payhook_payments p where p.payment_id = $1
        union
        select {Columns} from payhook_payment_names n join payhook_payments p on p.number = n.payment_number
        where n.name = $1
        order by 1 limit 20
        """;

    /// <summary>
    /// A page of payments, and the values to bind to it. An index has the order, alone and for each status; what else
    /// is asked for is looked for in the next payments of that order, so many and no more.
    /// </summary>
    public static (string Sql, object[] Values) Page(PaymentPage page, Func<DateTimeOffset, object> moment)
    {
        var values = new Values();
        if (page.Text is { } text) return (Named(page, values, moment, text), values.ToArray());
        var walk = Walk(page, values, moment, page.HasFilterWithoutIndex ? PaymentPage.WalkPayments : page.Limit);
        var sql = $"""
            select {Columns} from (
                select w.number, w.last_event_at from ({walk}) w {Where(Filters(page, "w", values))}
                order by w.last_event_at desc, w.number desc limit {values.Add(page.Limit)}) m
            join payhook_payments p on p.number = m.number order by m.last_event_at desc, m.number desc
            """;
        return (sql, values.ToArray());
    }

    /// <summary>The last payment that <see cref="Page"/> looks at; none where it looks at all.</summary>
    public static (string Sql, object[] Values) WalkEnd(PaymentPage page, Func<DateTimeOffset, object> moment)
    {
        var values = new Values();
        var walk = Walk(page, values, moment, PaymentPage.WalkPayments);
        return ($"select last_event_at, number from ({walk}) w limit 1 offset {PaymentPage.WalkPayments - 1}",
            values.ToArray());
    }

    /// <summary>Those that a text names are few, so they are looked at one by one.</summary>
    static string Named(PaymentPage page, Values values, Func<DateTimeOffset, object> moment, string text)
    {
        var name = values.Add(text);
        var statuses = page.Statuses.Count == 0
            ? ""
            : $"p.status in ({string.Join(", ", page.Statuses.Select(s => (int)s))})";
        var where = Where([statuses, .. Range(page, values, moment), .. Filters(page, "p", values)]);
        return $"""
            select {Columns} from (
                select number from payhook_payments where payment_id = {name}
                union select payment_number from payhook_payment_names where name = {name}
                union select number from payhook_payments where order_id = {name}
                union select number from payhook_payments where merchant_reference = {name}
                union select number from payhook_payments where email = {name}) n
            cross join payhook_payments p {where}{(where.Length == 0 ? "where" : " and")} p.number = n.number
            order by p.last_event_at desc, p.number desc limit {values.Add(page.Limit)}
            """;
    }

    /// <summary>The next payments in the order of their latest events; of several statuses the next of each.</summary>
    static string Walk(PaymentPage page, Values values, Func<DateTimeOffset, object> moment, int limit)
    {
        const string columns = "p.number, p.last_event_at, p.provider, p.source, p.currency, p.amount, p.mode";
        const string order = "order by last_event_at desc, number desc";
        var range = Range(page, values, moment).ToArray();
        if (page.Statuses.Count == 0)
            return $"select {columns} from payhook_payments p {Where(range)} {order} limit {limit}";
        var parts = page.Statuses.Distinct().Select((status, i) => $"""
            select * from (select {columns} from payhook_payments p {Where([$"p.status = {(int)status}", .. range])}
                {order} limit {limit}) s{i}
            """).ToArray();
        return parts.Length == 1
            ? parts[0]
            : $"select * from ({string.Join(" union all ", parts)}) s {order} limit {limit}";
    }

    /// <summary>What the indexes have.</summary>
    static IEnumerable<string> Range(PaymentPage page, Values values, Func<DateTimeOffset, object> moment)
    {
        if (page.After is { } after)
            yield return "(p.last_event_at, p.number) < "
                + $"({values.Add(moment(after.LastEventAt))}, {values.Add(after.Number)})";
        if (page.From is { } from) yield return $"p.last_event_at >= {values.Add(moment(from))}";
        if (page.Until is { } until) yield return $"p.last_event_at < {values.Add(moment(until))}";
    }

    /// <summary>What they have not.</summary>
    static IEnumerable<string> Filters(PaymentPage page, string row, Values values)
    {
        if (page.Provider is { } provider) yield return $"{row}.provider = {values.Add(provider)}";
        if (page.Source is { } source) yield return $"{row}.source = {values.Add(source)}";
        if (page.Currency is { } currency) yield return $"{row}.currency = {values.Add(currency)}";
        if (page.AmountMinimum is { } minimum) yield return $"{row}.amount >= {values.Add(minimum)}";
        if (page.AmountMaximum is { } maximum) yield return $"{row}.amount <= {values.Add(maximum)}";
        if (page.Mode is { } mode) yield return $"{row}.mode = {values.Add((int)mode)}";
    }

    static string Where(IEnumerable<string> conditions)
    {
        var joined = string.Join(" and ", conditions.Where(c => c.Length > 0));
        return joined.Length == 0 ? "" : "where " + joined;
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

    /// <summary>Values by their places in a statement.</summary>
    sealed class Values
    {
        readonly List<object> _all = [];

        public string Add(object value)
        {
            _all.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${_all.Count}");
        }

        public object[] ToArray() => [.. _all];
    }
}
