using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>Where payments stand: what a shop's back office asks.</summary>
sealed class PaymentsApi(IEventStore store, Sources sources, PiiMask personal)
{
    /// <summary>GET /payments</summary>
    public async Task PaymentsAsync(HttpContext context)
    {
        var format = ExportFormats.Wanted(context.Request);
        var mask = personal.For(context);
        var (page, limit, fault) = PaymentRequest.Read(
            context.Request.Query, format == ExportFormat.Json ? PaymentPage.LimitPayments : long.MaxValue,
            maySeePersonal: mask is null);
        if (page is null)
        {
            await fault!.WriteAsync(context);
            return;
        }
        context.Response.Headers.Vary = "Accept";
        if (format != ExportFormat.Json)
        {
            await ExportAsync(PaymentRows.To(context, format, mask), page, limit ?? long.MaxValue);
            return;
        }
        var rows = await RowsAsync(page, context.RequestAborted);
        await using var json = Open(context);
        var next = await NextAsync(page, rows, context.RequestAborted);
        json.WriteStartObject();
        json.WriteStartArray("payments");
        foreach (var row in rows) PaymentJson.Write(json, row, mask);
        json.WriteEndArray();
        json.WriteString("next", next is { } place ? PaymentRequest.Cursor(place) : null);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>GET /payments/{payment_id}: by any of its ids.</summary>
    public async Task PaymentAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        query.AllowOnly("as_of", "provider", "account");
        var (asOf, provider, account) = (query.Moment("as_of"), query.Text("provider"), query.Text("account"));
        if (query.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }
        var cancellation = context.RequestAborted;
        var called = await store.PaymentsCalled(PathId.Of(context), cancellation).ToListAsync(cancellation);
        var now = called.Find(r => (provider ?? r.Provider) == r.Provider && (account ?? r.Account) == r.Account);
        var told = now is null ? null : await ToldAsync(now, asOf, cancellation);
        var row = asOf is null || told is null ? now : PaymentHistory.RowOf(now!, told.Changes);
        if (row is null)
        {
            await Problem.UnknownPayment.WriteAsync(context);
            return;
        }

        var mask = personal.For(context);
        called.Remove(now!);
        if (EventTag.Settles(context, Tag(row, told!, called, mask))) return;
        await using var json = Open(context);
        json.WriteStartObject();
        PaymentJson.WriteMembers(json, row, mask);
        PaymentJson.WriteChildren(json, row, mask);
        PaymentJson.WriteTimeline(json, PaymentHistory.Of(told!.Changes), mask);
        PaymentJson.WriteEvents(json, told.Events, told.IsCut);
        PaymentJson.WriteOthers(json, called);
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
    }

    /// <summary>Page by page, so that whoever reads slowly holds no connection to the store.</summary>
    async Task ExportAsync(ExportRows<PaymentRow> output, PaymentPage page, long left)
    {
        while (true)
        {
            page = page with { Limit = (int)Math.Min(left, PaymentPage.LimitPayments) };
            var rows = await RowsAsync(page, output.Cancellation);
            foreach (var row in rows) await output.WriteAsync(row);
            left -= rows.Count;
            if (left == 0 || await NextAsync(page, rows, output.Cancellation) is not { } next) break;
            page = page with { After = next };
        }
        await output.EndAsync();
    }

    /// <summary>Where the next page begins; a page may be short of payments and yet not be the last.</summary>
    async ValueTask<(DateTimeOffset LastEventAt, long Number)?> NextAsync(
        PaymentPage page, List<PaymentRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == page.Limit) return (rows[^1].LastEventAt, rows[^1].Number);
        return page.HasFilterWithoutIndex ? await store.PaymentsWalkedAsync(page, cancellation) : null;
    }

    async ValueTask<List<PaymentRow>> RowsAsync(PaymentPage page, CancellationToken cancellation)
    {
        var rows = await store.Payments(page, cancellation).ToListAsync(cancellation);
        // A query that was cancelled ends like one that found no more.
        cancellation.ThrowIfCancellationRequested();
        return rows;
    }

    /// <summary>What the stored events say of a payment: all of them, or those received by a moment.</summary>
    async Task<Told> ToldAsync(PaymentRow row, DateTimeOffset? asOf, CancellationToken cancellation)
    {
        var names = row.Facts.Names.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var told = new Told([], [], false);
        var page = new EventPage(0, PaymentHistory.EventsLimit + 1, WithBody: true);
        await foreach (var stored in store.EventsOfPayment(row.Facts.Id, page, cancellation))
        {
            if (asOf is { } moment && stored.ReceivedAt > moment) break;
            if (told.Events.Count == PaymentHistory.EventsLimit) return told with { IsCut = true };
            var provider = sources.Find(stored.SourceName)?.Provider ?? ProviderCatalog.Find(row.Provider);
            if (provider?.Name != row.Provider) continue;
            // Bodies are read and let go, so that a long life does not gather in memory.
            var kept = stored with { Body = null, HeadersJson = null };
            var before = told.Changes.Count;
            told.Changes.AddRange(PaymentHistory.ChangesOf(stored, provider, row, names).Select(c => (kept, c)));
            told.Events.Add((kept, told.Changes.Count > before));
        }
        cancellation.ThrowIfCancellationRequested();
        return told;
    }

    static Utf8JsonWriter Open(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return new(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
    }

    /// <summary>Changes with anything that the answer says.</summary>
    static EntityTagHeaderValue Tag(PaymentRow row, Told told, List<PaymentRow> others, PiiMask? mask)
    {
        var last = told.Events.Count > 0 ? told.Events[^1].Event.Sequence : 0;
        var version = string.Create(CultureInfo.InvariantCulture, $"{row.EventCount:x}-{row.LastEventAt.UtcTicks:x}");
        return new(string.Create(CultureInfo.InvariantCulture,
            $"\"{(mask is null ? 0 : 1)}-{row.Number:x}-{version}-{told.Events.Count:x}-{last:x}-{others.Count:x}\""));
    }

    /// <summary>A payment's events, read again.</summary>
    /// <param name="Events">Each, and whether it said anything of the payment.</param>
    /// <param name="Changes">What they said.</param>
    /// <param name="IsCut">True where there were more events than are read.</param>
    sealed record Told(
        List<(StoredEvent Event, bool IsChange)> Events, List<(StoredEvent Event, Change Change)> Changes, bool IsCut);
}
