using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// Places in the feed that the store keeps for those who ask for events by a name. Reading moves nothing: what was not
/// acknowledged is given again.
/// </summary>
sealed class ConsumersApi(IConsumerStore consumers, FeedReader reader, TimeProvider time)
{
    /// <summary>GET /consumers</summary>
    public async Task ConsumersAsync(HttpContext context)
    {
        var found = await consumers.All(context.RequestAborted).ToListAsync(context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var lag in found) ConsumerJson.Write(json, lag);
            json.WriteEndArray();
        });
    }

    /// <summary>PUT /consumers/{name}</summary>
    public async Task CreateAsync(HttpContext context)
    {
        var name = PathId.Of(context);
        var asked = await ConsumerRequest.NewAsync(context.Request.Body, context.RequestAborted);
        if (asked is null || !ConsumerName.IsOne(name))
        {
            await Problem.InvalidConsumerRequest.WriteAsync(context);
            return;
        }
        if (await PlaceAsync(asked.Place ?? FeedRequest.Start, context.RequestAborted) is not { } cursor)
        {
            await Problem.UnknownCursor.WriteAsync(context);
            return;
        }
        var made = new Consumer(name, cursor, time.GetUtcNow(), null);
        var added = consumers.Add(made, new(
            made.CreatedAt, Caller.Of(context).Actor, AuditEntry.ConsumerCreated, name, $"from {cursor}"));
        if (added == ConsumerAdded.TooMany)
        {
            await Problem.TooManyConsumers.WriteAsync(context);
            return;
        }
        if (added == ConsumerAdded.Added) context.Response.StatusCode = StatusCodes.Status201Created;
        await AnswerAsync(context, added == ConsumerAdded.Added
            ? made
            : await consumers.FindAsync(name, context.RequestAborted));
    }

    /// <summary>POST /consumers/{name}/acknowledge</summary>
    public async Task AcknowledgeAsync(HttpContext context)
    {
        var name = PathId.Of(context);
        var asked = await ConsumerRequest.AcknowledgementAsync(context.Request.Body, context.RequestAborted);
        if (asked is null)
        {
            await Problem.InvalidConsumerRequest.WriteAsync(context);
            return;
        }
        if (await FindAsync(name, context.RequestAborted) is not { } before)
        {
            await Problem.UnknownConsumer.WriteAsync(context);
            return;
        }
        if (await PlaceAsync(asked.Place!, context.RequestAborted) is not { } cursor)
        {
            await Problem.UnknownCursor.WriteAsync(context);
            return;
        }
        var at = time.GetUtcNow();
        await AnswerAsync(context, asked.Rewinds
            ? consumers.Rewind(name, cursor, new(at, Caller.Of(context).Actor, AuditEntry.ConsumerRewound, name,
                $"from {before.Cursor} to {cursor}"))
            : consumers.Acknowledge(name, cursor, at));
    }

    /// <summary>DELETE /consumers/{name}</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var name = PathId.Of(context);
        if (await FindAsync(name, context.RequestAborted) is not { } found
            || !consumers.Remove(name, new(time.GetUtcNow(), Caller.Of(context).Actor, AuditEntry.ConsumerDeleted,
                name, $"at {found.Cursor}")))
        {
            await Problem.UnknownConsumer.WriteAsync(context);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>A name that none can have is not asked for: PostgreSQL would fail at some.</summary>
    ValueTask<Consumer?> FindAsync(string name, CancellationToken cancellation) =>
        ConsumerName.IsOne(name) ? consumers.FindAsync(name, cancellation) : new((Consumer?)null);

    /// <summary>
    /// The place of a text; null where this store cannot have given it. A place ahead of everything would hide the
    /// events that come until it is reached.
    /// </summary>
    async ValueTask<FeedPosition?> PlaceAsync(string text, CancellationToken cancellation)
    {
        if (text == FeedRequest.Start) return default(FeedPosition);
        var head = await reader.HeadAsync(cancellation);
        if (text == FeedRequest.Now) return head.Latest;
        return FeedPosition.TryParse(text, out var position) && position <= head.Latest ? position : null;
    }

    static Task AnswerAsync(HttpContext context, Consumer? found) => found is null
        ? Problem.UnknownConsumer.WriteAsync(context) // it was deleted in this moment
        : WriteAsync(context, json => ConsumerJson.Write(json, found));

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
