using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>Which payments are wanted, in the order of their latest events.</summary>
sealed record PaymentPage
{
    public const int LimitPayments = 500;

    /// <summary>In how many payments, at most, one page is looked for where no index has what is asked for.</summary>
    public const int WalkPayments = 2000;

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

    /// <summary>True where a page may be looked for in <see cref="WalkPayments"/>, and more may follow.</summary>
    public bool HasFilterWithoutIndex => Text is null
        && ((Provider ?? Source ?? Currency) is not null
            || (AmountMinimum ?? AmountMaximum ?? (long?)Mode) is not null);

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

    /// <summary>
    /// A page of payments, and the values to bind to it. An index has the order for each status; what else is
    /// asked for is looked for in the next payments of that order, so many and no more.
    /// </summary>
    public static (string Sql, object[] Values) Page(
        PaymentPage page, Func<DateTimeOffset, object> moment, in Dialect dialect)
    {
        var values = new Values();
        if (page.Text is { } text) return (Named(page, values, moment, text), values.ToArray());
        var walk = Walk(page, values, moment, page.HasFilterWithoutIndex ? PaymentPage.WalkPayments : page.Limit,
            dialect);
        var sql = $"""
            select {Columns} from (
                select w.number, w.last_event_at from ({walk}) w {Where(Filters(page, "w", values))}
                order by {Order(page, "w.")} limit {values.Add(page.Limit)}) m
            join payhook_payments p on p.number = m.number order by {Order(page, "m.")}
            """;
        return (sql, values.ToArray());
    }

    /// <summary>The last payment that <see cref="Page"/> looks at; none where it looks at all.</summary>
    public static (string Sql, object[] Values) WalkEnd(
        PaymentPage page, Func<DateTimeOffset, object> moment, in Dialect dialect)
    {
        var values = new Values();
        var walk = Walk(page, values, moment, PaymentPage.WalkPayments, dialect);
        return ($"select last_event_at, number from ({walk}) w limit 1 offset {PaymentPage.WalkPayments - 1}",
            values.ToArray());
    }

    /// <summary>Those that a text names are few, so they are looked at one by one.</summary>
    static string Named(PaymentPage page, Values values, Func<DateTimeOffset, object> moment, string text)
    {
        var name = values.Add(text);
        var email = page.MayMatchEmail
            ? $"union select number from payhook_payments where email = {values.Add(text.ToLowerInvariant())}"
            : "";
        var statuses = page.Statuses.Count == 0
            ? ""
            : $"p.status in ({string.Join(", ", page.Statuses.Select(s => (int)s))})";
        var where = Where([statuses, .. Range(page, values, moment), .. Filters(page, "p", values)]);
        return $"""
            select {Columns} from (
                select payment_number as number from payhook_payment_names where name = {name}
                union select number from payhook_payments where order_id = {name}
                union select number from payhook_payments where merchant_reference = {name}
                {email}) n
            cross join payhook_payments p {where}{(where.Length == 0 ? "where" : " and")} p.number = n.number
            order by {Order(page, "p.")} limit {values.Add(page.Limit)}
            """;
    }

    /// <summary>The next payments in the order of their latest events; of several statuses the next of each.</summary>
    static string Walk(
        PaymentPage page, Values values, Func<DateTimeOffset, object> moment, int limit, in Dialect dialect)
    {
        const string columns = "p.number, p.last_event_at, p.provider, p.source, p.currency, p.amount, p.mode";
        var order = $"order by {Order(page, "")}";
        var range = Range(page, values, moment).ToArray();
        var statuses = page.Statuses.Count > 0
            ? page.Statuses.Distinct().ToArray()
            : Enum.GetValues<PaymentStatus>();
        // Each part is one range of the index in its order; both databases merge them as far as the limit goes, but
        // PostgreSQL has to be told that a part is in order.
        var (begin, end) = dialect.OrdersParts && statuses.Length > 1 ? ("(", $" {order} limit {limit})") : ("", "");
        var parts = statuses.Select(status =>
            $"{begin}select {columns} from payhook_payments p {Where([$"p.status = {(int)status}", .. range])}{end}");
        return $"{string.Join(" union all ", parts)} {order} limit {limit}";
    }

    static string Order(PaymentPage page, string row) =>
        page.IsOldestFirst ? $"{row}last_event_at, {row}number" : $"{row}last_event_at desc, {row}number desc";

    /// <summary>What the indexes have.</summary>
    static IEnumerable<string> Range(PaymentPage page, Values values, Func<DateTimeOffset, object> moment)
    {
        if (page.After is { } after)
            yield return $"(p.last_event_at, p.number) {(page.IsOldestFirst ? ">" : "<")} "
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
        Events = ReadEvents(Encoding.UTF8.GetBytes(row.GetString(8))),
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

/// <summary>What the two databases spell differently in the statements about payments.</summary>
/// <param name="Beginning">The moment before all moments.</param>
/// <param name="IsUnlinked">That the event <c>u</c> is known to no payment.</param>
/// <param name="Numbers">The list of the events of the payment <c>p</c> as a table.</param>
/// <param name="Number">A number of that table.</param>
/// <param name="OrdersParts">Whether each part of a union needs an order of its own to be merged by it.</param>
readonly record struct Dialect(
    string Beginning, string IsUnlinked, string Numbers, string Number, bool OrdersParts)
{
    public static Dialect Sqlite { get; } = new("-1", "u.is_linked = 0", "json_each(p.events) k", "k.value", false);

    public static Dialect Postgres { get; } = new(
        "'-infinity'", "not u.is_linked", "jsonb_array_elements_text(p.events::jsonb) k (value)", "k.value::bigint",
        true);
}
