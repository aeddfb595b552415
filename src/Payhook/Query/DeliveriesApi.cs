using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What is owed to whom, what came of it, and another try for what was given up.</summary>
sealed class DeliveriesApi(
    IEventStore store, PiiMask personal, DestinationsChanged changed, TimeProvider time)
{
    public const int PageLimitDeliveries = 500;
    const int PageDefaultDeliveries = 50, AttemptsLimit = 500;

    static readonly string[] Parameters = ["destination", "event_id", "state", "failure", "limit", "before"];

    /// <summary>How deliveries stand, in words.</summary>
    public static IReadOnlyList<string> States { get; } =
        [.. Enum.GetValues<DeliveryState>().Select(s => JsonText.Word(s))];

    /// <summary>GET /deliveries</summary>
    public async Task DeliveriesAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        var names = await NamesAsync(stop);
        var (page, fault) = await PageAsync(context.Request.Query, names, stop);
        if (fault is not null)
        {
            await fault.WriteAsync(context);
            return;
        }
        var lines = page is null ? [] : await store.Deliveries.Deliveries(page, stop).ToListAsync(stop);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("deliveries");
            foreach (var line in lines)
            {
                json.WriteStartObject();
                DestinationJson.WriteMembers(json, line, names.GetValueOrDefault(line.Delivery.DestinationId));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (page is null || lines.Count < page.Limit) json.WriteNull("next");
            else json.WriteNumber("next", lines[^1].Delivery.Sequence);
            json.WriteEndObject();
        });
    }

    /// <summary>GET /deliveries/{id}</summary>
    public async Task DeliveryAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } line) await AnswerAsync(context, line);
        else await Problem.UnknownDelivery.WriteAsync(context);
    }

    /// <summary>POST /deliveries/{id}/retry</summary>
    public async Task RetryAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } line)
        {
            await Problem.UnknownDelivery.WriteAsync(context);
            return;
        }
        var (delivery, now) = (line.Delivery, time.GetUtcNow());
        if (store.Deliveries.Revive(delivery.DestinationId, delivery.Sequence, now) == 0)
        {
            await Problem.DeliveryNotDead.WriteAsync(context);
            return;
        }
        changed.Pulse();
        var names = await NamesAsync(context.RequestAborted);
        store.Audit.Append(new(now, Caller.Of(context).Actor, AuditEntry.DeliveriesRetried,
            names.GetValueOrDefault(delivery.DestinationId, ""),
            string.Create(CultureInfo.InvariantCulture, $"delivery {delivery.Sequence}")));
        await AnswerAsync(context, await FindAsync(context) ?? line);
    }

    async Task AnswerAsync(HttpContext context, DeliveryLine line)
    {
        var stop = context.RequestAborted;
        var names = await NamesAsync(stop);
        var attempts = await store.Deliveries.AttemptsOf(line.Delivery.Sequence, stop).Take(AttemptsLimit)
            .ToListAsync(stop);
        var mask = personal.For(context);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            DestinationJson.WriteMembers(json, line, names.GetValueOrDefault(line.Delivery.DestinationId));
            json.WriteStartArray("attempts");
            foreach (var attempt in attempts) DestinationJson.Write(json, attempt, mask);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>The delivery of a path; the next one before the number behind it, where that is the number itself.
    /// </summary>
    async Task<DeliveryLine?> FindAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        if (!long.TryParse((string?)context.Request.RouteValues["id"], NumberStyles.None,
            CultureInfo.InvariantCulture, out var number) || number == long.MaxValue) return null;
        var found = await store.Deliveries.Deliveries(new(1) { BeforeSequence = number + 1 }, stop)
            .FirstOrDefaultAsync(stop);
        return found?.Delivery.Sequence == number ? found : null;
    }

    /// <summary>What is asked for; no page where nothing can fit.</summary>
    async Task<(DeliveryPage? Page, Problem? Fault)> PageAsync(
        IQueryCollection query, Dictionary<long, string> names, CancellationToken stop)
    {
        var read = new QueryReader(query);
        read.AllowOnly(Parameters);
        var (destination, eventId) = (read.Text("destination"), read.Text("event_id"));
        var (state, failure) = (read.Text("state"), read.Text("failure"));
        var page = new DeliveryPage((int)(read.Number("limit", 1, PageLimitDeliveries) ?? PageDefaultDeliveries))
        {
            BeforeSequence = read.Number("before", 0, long.MaxValue) ?? long.MaxValue,
        };
        if (state is not null && !States.Contains(state))
            read.Refuse("state", $"must be one of {string.Join(", ", States)}");
        if (failure is not null && !FailureClasses.All.Contains(failure))
            read.Refuse("failure", $"must be one of {string.Join(", ", FailureClasses.All)}");
        if (read.Fault is not null) return (null, read.Fault);
        page = page with
        {
            State = state is null ? null : Enum.GetValues<DeliveryState>()[States.ToList().IndexOf(state)],
            Failure = failure is null ? null : (FailureClass)FailureClasses.All.ToList().IndexOf(failure),
        };
        if (destination is not null)
        {
            var found = names.FirstOrDefault(n => n.Value == destination);
            if (found.Value is null) return (null, null);
            page = page with { DestinationId = found.Key };
        }
        if (eventId is null) return (page, null);
        // Of several with one id it is the first that is meant, as everywhere.
        var stored = await store.EventsWithId(eventId, withBody: false, stop).FirstOrDefaultAsync(stop);
        return stored is null ? (null, null) : (page with { EventSequence = stored.Sequence }, null);
    }

    async Task<Dictionary<long, string>> NamesAsync(CancellationToken stop) =>
        await store.Destinations.All(stop).ToDictionaryAsync(r => r.Id, r => r.Name, cancellationToken: stop);

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
