using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>Sends a destination an event that never happened, and tells what came of it.</summary>
delegate Task<Attempt> TestDestination(DestinationRow row, CancellationToken cancellation);

/// <summary>Destinations read, and set up by who has the scope <c>admin</c>.</summary>
sealed class DestinationsApi(
    IEventStore store, DestinationEditor editor, DestinationStandings standings, TestDestination test,
    DestinationsChanged changed, PiiMask personal, TimeProvider time)
{
    /// <summary>GET /destinations</summary>
    public async Task DestinationsAsync(HttpContext context)
    {
        var rows = await store.Destinations.All(context.RequestAborted).ToListAsync(context.RequestAborted);
        var found = await standings.OfAsync(rows, context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var row in rows) DestinationJson.Write(json, row, found[row.Id].Count, found[row.Id]);
            json.WriteEndArray();
        });
    }

    /// <summary>GET /destinations/{name}</summary>
    public async Task DestinationAsync(HttpContext context) => await AnswerAsync(context,
        await editor.FindAsync(NameOf(context), context.RequestAborted) is { } row
            ? new DestinationAct(row, null)
            : Problem.UnknownDestination);

    /// <summary>POST /destinations</summary>
    public async Task AddAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        var act = await editor.AddAsync(body, Caller.Of(context).Actor, context.RequestAborted);
        if (act.Row is { } row)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = $"/destinations/{row.Name}";
        }
        await AnswerAsync(context, act);
    }

    /// <summary>PATCH /destinations/{name}</summary>
    public async Task ChangeAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        await AnswerAsync(context, TryReadRevision(context, out var revision)
            ? await editor.ChangeAsync(
                NameOf(context), body, revision, Caller.Of(context).Actor, context.RequestAborted)
            : Problem.DestinationChanged);
    }

    /// <summary>DELETE /destinations/{name}</summary>
    public async Task RemoveAsync(HttpContext context)
    {
        var act = TryReadRevision(context, out var revision)
            ? await editor.RemoveAsync(NameOf(context), revision, Caller.Of(context).Actor, context.RequestAborted)
            : Problem.DestinationChanged;
        if (act.Problem is { } problem) await problem.WriteAsync(context);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>POST /destinations/{name}/pause</summary>
    public Task PauseAsync(HttpContext context) => SetStateAsync(context, DestinationState.Paused);

    /// <summary>POST /destinations/{name}/resume</summary>
    public Task ResumeAsync(HttpContext context) => SetStateAsync(context, DestinationState.Active);

    /// <summary>POST /destinations/{name}/disable</summary>
    public Task DisableAsync(HttpContext context) => SetStateAsync(context, DestinationState.Disabled);

    /// <summary>POST /destinations/{name}/rotate-secret</summary>
    public async Task RotateAsync(HttpContext context)
    {
        var read = new QueryReader(context.Request.Query);
        read.AllowOnly("finish");
        var finishes = read.Word("finish", "true");
        if (read.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }
        await AnswerAsync(context, await editor.RotateAsync(
            NameOf(context), finishes, Caller.Of(context).Actor, context.RequestAborted));
    }

    /// <summary>POST /destinations/{name}/retry-dead</summary>
    public async Task RetryDeadAsync(HttpContext context)
    {
        var read = new QueryReader(context.Request.Query);
        read.AllowOnly("failure");
        var (word, failure) = (read.Text("failure"), (FailureClass?)null);
        // An empty word must not make it all of them.
        if (context.Request.Query.ContainsKey("failure") && (failure = FailureClasses.Find(word ?? "")) is null)
            read.Refuse("failure", $"must be one of {string.Join(", ", FailureClasses.Outcomes.Skip(1))}");
        if (read.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }
        if (await editor.FindAsync(NameOf(context), context.RequestAborted) is not { } row)
        {
            await Problem.UnknownDestination.WriteAsync(context);
            return;
        }
        var count = RetryDead(store, row, failure, Caller.Of(context).Actor, time.GetUtcNow());
        changed.Pulse();
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("retried", count);
            json.WriteEndObject();
        });
    }

    /// <summary>POST /destinations/{name}/test</summary>
    public async Task TestAsync(HttpContext context)
    {
        if (await editor.FindAsync(NameOf(context), context.RequestAborted) is not { } row)
        {
            await Problem.UnknownDestination.WriteAsync(context);
            return;
        }
        var attempt = await test(row, context.RequestAborted);
        store.Audit.Append(Tested(row, attempt, Caller.Of(context).Actor));
        await WriteAsync(context, json => DestinationJson.WriteTest(json, row, attempt, personal.For(context)));
    }

    /// <summary>That somebody made the listener send something, and what came of it.</summary>
    public static AuditEntry Tested(DestinationRow row, Attempt attempt, string actor) =>
        new(attempt.At, actor, AuditEntry.DestinationTested, row.Name, attempt.Failure.Name());

    /// <summary>Makes dead letters of a destination pending again: all, or those that failed in one way.</summary>
    static long RetryDead(
        IEventStore store, DestinationRow row, FailureClass? failure, string actor, DateTimeOffset at)
    {
        var count = store.Deliveries.Revive(row.Id, null, at, failure);
        var which = failure is { } only ? $"{count} dead letters ({only.Name()})" : $"{count} dead letters";
        if (count > 0) store.Audit.Append(new(at, actor, AuditEntry.DeliveriesRetried, row.Name, which));
        return count;
    }

    async Task SetStateAsync(HttpContext context, DestinationState state) => await AnswerAsync(context,
        await editor.SetStateAsync(NameOf(context), state, Caller.Of(context).Actor, context.RequestAborted));

    async Task AnswerAsync(HttpContext context, DestinationAct act)
    {
        if (act.Row is not { } row)
        {
            await (act.Problem ?? Problem.InternalError).WriteAsync(context);
            return;
        }
        var standing = (await standings.OfAsync([row], context.RequestAborted))[row.Id] with
        {
            DeadByFailure = await store.Deliveries.DeadByFailureAsync(row.Id, context.RequestAborted),
        };
        context.Response.Headers.ETag = $"\"{row.Revision.ToString(CultureInfo.InvariantCulture)}\"";
        if (act.Secret is not null) context.Response.Headers.CacheControl = "no-store";
        await WriteAsync(context,
            json => DestinationJson.Write(json, row, standing.Count, standing, act.Secret));
    }

    static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    /// <summary>What If-Match asks for: a revision, or any; false where no revision is called so.</summary>
    static bool TryReadRevision(HttpContext context, out long? revision)
    {
        revision = null;
        var text = context.Request.Headers.IfMatch.ToString();
        if (text.Length == 0 || text == "*") return true;
        if (!long.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        revision = number;
        return true;
    }

    static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var bytes = new byte[DestinationEditor.BodyLimitBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(
            bytes, bytes.Length, throwOnEndOfStream: false, context.RequestAborted);
        return bytes.AsMemory(0, length);
    }

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
