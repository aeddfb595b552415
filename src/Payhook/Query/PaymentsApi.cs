using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Payhook.Payments;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>The state of payments: what a shop's back office asks.</summary>
sealed class PaymentsApi(IEventStore store, Sources sources)
{
    const int PageDefaultPayments = 50;

    static readonly Dictionary<string, PaymentStatus> Statuses =
        Enum.GetValues<PaymentStatus>().ToDictionary(PaymentJson.Word, StringComparer.Ordinal);

    static readonly Dictionary<string, PaymentMode> Modes =
        Enum.GetValues<PaymentMode>().ToDictionary(PaymentJson.Word, StringComparer.Ordinal);

    /// <summary>GET /payments</summary>
    public async Task PaymentsAsync(HttpContext context)
    {
        if (Page(context.Request.Query) is not { } page)
        {
            await Problem.BadRequest.WriteAsync(context);
            return;
        }
        var rows = await store.Payments(page, context.RequestAborted).ToListAsync(context.RequestAborted);
        (DateTimeOffset, long)? next = rows.Count == page.Limit ? (rows[^1].LastEventAt, rows[^1].Number)
            : page.HasFilterWithoutIndex ? await store.PaymentsWalkedAsync(page, context.RequestAborted)
            : null;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteStartArray("payments");
        foreach (var row in rows) PaymentJson.Write(json, row);
        json.WriteEndArray();
        json.WriteString("next", next is { } place ? Cursor(place) : null);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>GET /payments/{payment_id}: by any of its ids.</summary>
    public async Task PaymentAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var asOf = default(DateTimeOffset?);
        if (query.ContainsKey("as_of") && (asOf = Moment(query["as_of"])) is null)
        {
            await Problem.BadRequest.WriteAsync(context);
            return;
        }
        var cancellation = context.RequestAborted;
        var provider = query["provider"].ToString();
        var row = await store.PaymentsCalled(PathId.Of(context), cancellation)
            .FirstOrDefaultAsync(r => provider.Length == 0 || r.Provider == provider, cancellation);
        var changes = row is null ? [] : await ChangesAsync(row, asOf, cancellation);
        if (row is null || (asOf is not null && changes.Count == 0))
        {
            await Problem.UnknownPayment.WriteAsync(context);
            return;
        }

        var facts = asOf is null ? row.Facts : PaymentHistory.FactsOf(changes);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        PaymentJson.WriteMembers(json, row, facts);
        PaymentJson.WriteChildren(json, facts);
        PaymentJson.WriteTimeline(json, PaymentHistory.Of(changes));
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
    }

    /// <summary>What the stored events say of a payment; of those up to a moment, where one is given.</summary>
    async Task<List<(StoredEvent, Change)>> ChangesAsync(
        PaymentRow row, DateTimeOffset? asOf, CancellationToken cancellation)
    {
        var names = row.Facts.Names.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var changes = new List<(StoredEvent, Change)>();
        await foreach (var stored in store.EventsAbout([.. names], PaymentHistory.EventsLimit, cancellation))
        {
            if (asOf is { } moment && stored.ReceivedAt > moment) continue;
            var provider = sources.Find(stored.SourceName)?.Provider
                ?? Providers.ProviderCatalog.Find(row.Provider);
            if (provider?.Name != row.Provider) continue;
            changes.AddRange(PaymentHistory.ChangesOf(stored, provider, names));
        }
        return changes;
    }

    static PaymentPage? Page(IQueryCollection query)
    {
        var page = new PaymentPage { Limit = PageDefaultPayments };
        var statuses = new List<PaymentStatus>();
        foreach (var (name, value) in query)
        {
            var text = value.ToString();
            long? number = long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
            PaymentPage? next = name switch
            {
                "limit" when number is >= 1 and <= PaymentPage.LimitPayments => page with { Limit = (int)number },
                "after" when Cursor(text) is { } after => page with { After = after },
                "status" when AddStatuses(text, statuses) => page with { Statuses = statuses },
                "provider" => page with { Provider = text },
                "source" => page with { Source = text },
                "currency" => page with { Currency = text.ToUpperInvariant() },
                "amount_min" when number is not null => page with { AmountMinimum = number },
                "amount_max" when number is not null => page with { AmountMaximum = number },
                "from" when Moment(text) is { } from => page with { From = from },
                "until" when Moment(text) is { } until => page with { Until = until },
                "mode" when Modes.TryGetValue(text, out var mode) => page with { Mode = mode },
                "text" when text.Length > 0 => page with { Text = text },
                _ => null,
            };
            if (next is null) return null;
            page = next;
        }
        return page;
    }

    static bool AddStatuses(string text, List<PaymentStatus> statuses)
    {
        foreach (var word in text.Split(','))
        {
            if (!Statuses.TryGetValue(word, out var status)) return false;
            statuses.Add(status);
        }
        return true;
    }

    static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : null;

    static string Cursor((DateTimeOffset LastEventAt, long Number) place) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{place.LastEventAt.UtcTicks}.{place.Number}"));

    static (DateTimeOffset, long)? Cursor(string text)
    {
        const int limitChars = 64;
        Span<byte> bytes = stackalloc byte[limitChars];
        if (text.Length > limitChars || !Base64Url.IsValid(text)) return null;
        var parts = Encoding.ASCII.GetString(bytes[..Base64Url.DecodeFromChars(text, bytes)]).Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], out var ticks) && long.TryParse(parts[1], out var number)
            && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), number)
            : null;
    }
}
