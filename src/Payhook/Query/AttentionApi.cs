using System.Text.Json;
using Payhook.Attention;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What a merchant must act on, and the word of somebody that it was seen.</summary>
sealed class AttentionApi(IEventStore store, AttentionReader reader, AttentionCounts counts, TimeProvider time)
{
    const int PageDefaultItems = 50;
    const int BodyLimitBytes = 4096;

    /// <summary>How old the counts beside a list may be: many who look at once are one who counts.</summary>
    static readonly TimeSpan CountsAge = TimeSpan.FromSeconds(2);

    /// <summary>GET /attention</summary>
    public async Task AttentionAsync(HttpContext context)
    {
        var (query, fault) = Query(context.Request.Query);
        if (fault is not null)
        {
            await fault.WriteAsync(context);
            return;
        }
        var page = await reader.PageAsync(query, context.RequestAborted);
        var counted = await counts.GetAsync(CountsAge, context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("counts");
            foreach (var kind in AttentionKinds.All) json.WriteNumber(kind.Word(), counted.ByKind[(int)kind]);
            json.WriteEndObject();
            if (counted.IsCut) json.WriteBoolean("counts_cut", true);
            json.WriteStartArray("items");
            foreach (var item in page.Items) AttentionJson.Write(json, item);
            json.WriteEndArray();
            json.WriteString("next", page.Next?.ToString());
            json.WriteEndObject();
        });
    }

    /// <summary>POST /attention/{id}/acknowledge</summary>
    public async Task AcknowledgeAsync(HttpContext context)
    {
        if (await NoteAsync(context.Request.Body, context.RequestAborted) is not { } note)
        {
            await Problem.InvalidAcknowledgement.WriteAsync(context);
            return;
        }
        var item = await AcknowledgeAsync(
            store, reader, PathId.Of(context), Caller.Of(context).Actor, note, time.GetUtcNow(),
            context.RequestAborted);
        if (item is null)
        {
            await Problem.UnknownAttention.WriteAsync(context);
            return;
        }
        counts.Forget();
        await WriteAsync(context, json => AttentionJson.Write(json, item));
    }

    /// <summary>Notes that an item was seen as it is now; null where there is no such item.</summary>
    public static async Task<AttentionItem?> AcknowledgeAsync(
        IEventStore store, AttentionReader reader, string id, string actor, string note, DateTimeOffset at,
        CancellationToken cancellation)
    {
        if (await reader.FindAsync(id, cancellation) is not { } item) return null;
        var acknowledged = new Acknowledgement(item.Id, item.Mark, actor, at, note);
        store.Attention.Acknowledge(acknowledged, new(at, actor, AuditEntry.AttentionAcknowledged, item.Id, note));
        return item with { Acknowledged = acknowledged };
    }

    static (AttentionQuery Query, Problem? Fault) Query(IQueryCollection parameters)
    {
        var read = new QueryReader(parameters);
        read.AllowOnly("limit", "after", "kind", "source", "provider", "acknowledged");
        var kind = read.Text("kind");
        if (kind is not null && AttentionKinds.Find(kind) is null)
            read.Refuse("kind", $"must be one of {string.Join(", ", AttentionKinds.All.Select(k => k.Word()))}");
        var after = read.Text("after");
        if (after is not null && AttentionPlace.Parse(after) is null)
            read.Refuse("after", "must be what an answer gave as next");
        var query = new AttentionQuery
        {
            Limit = (int)(read.Number("limit", 1, AttentionQuery.LimitItems) ?? PageDefaultItems),
            Kind = kind is null ? null : AttentionKinds.Find(kind),
            Source = read.Text("source"),
            Provider = read.Text("provider"),
            WithAcknowledged = read.Word("acknowledged", "true"),
            After = after is null ? null : AttentionPlace.Parse(after),
        };
        return (query, read.Fault);
    }

    /// <summary>The note of a body; empty where there is none, null where it is none that can be taken.</summary>
    static async Task<string?> NoteAsync(Stream body, CancellationToken cancellation)
    {
        var bytes = new byte[BodyLimitBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length == 0) return "";
        if (length > BodyLimitBytes) return null;
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length), new() { MaxDepth = 2 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            var note = "";
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (member.Name != "note" || member.Value.ValueKind != JsonValueKind.String) return null;
                note = member.Value.GetString()!;
            }
            return IsNote(note) ? note : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; half a character
        {
            return null;
        }
    }

    /// <summary>PostgreSQL has no texts with a zero character.</summary>
    public static bool IsNote(string note) =>
        note.Length <= Acknowledgement.NoteLimitChars && !note.Contains('\0', StringComparison.Ordinal);

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
