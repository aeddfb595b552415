using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>Events once more: started and cancelled by who has the scope <c>replay</c>, looked at by readers.</summary>
sealed class ReplaysApi(IDestinationStore store, ReplayEditor editor, Sources sources)
{
    public const int PageLimitReplays = 500;
    const int PageDefaultReplays = 50;

    /// <summary>How replays stand, in words.</summary>
    public static IReadOnlyList<string> States { get; } =
        [.. Enum.GetValues<ReplayState>().Select(s => JsonText.Word(s))];

    /// <summary>POST /replays</summary>
    public async Task StartAsync(HttpContext context)
    {
        var (request, fault) = ReplayRequest.Of(context.Request.Query, sources);
        ReplayPlan? plan = null;
        IReadOnlyList<long> ids = [];
        if (request is not null) (plan, fault) = await editor.PlanAsync(request, context.RequestAborted);
        if (plan is not null && !plan.Request.IsDryRun)
            (ids, fault) = editor.Start(plan, Caller.Of(context).Actor);
        if (plan is null || fault is not null)
        {
            await (fault ?? Problem.InternalError).WriteAsync(context);
            return;
        }
        if (ids.Count > 0) context.Response.StatusCode = StatusCodes.Status201Created;
        if (ids is [var id])
            context.Response.Headers.Location = string.Create(CultureInfo.InvariantCulture, $"/replays/{id}");
        await WriteAsync(context, json => ReplayJson.Write(json, plan, ids));
    }

    /// <summary>GET /replays</summary>
    public async Task ReplaysAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        var names = await editor.NamesAsync(stop);
        var (page, fault) = Page(context.Request.Query, names);
        if (fault is not null)
        {
            await fault.WriteAsync(context);
            return;
        }
        var rows = page is null ? [] : await store.Replays(page, stop).ToListAsync(stop);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("replays");
            foreach (var row in rows) ReplayJson.Write(json, row, names.GetValueOrDefault(row.DestinationId));
            json.WriteEndArray();
            if (page is null || rows.Count < page.Limit) json.WriteNull("next");
            else json.WriteNumber("next", rows[^1].Id);
            json.WriteEndObject();
        });
    }

    /// <summary>GET /replays/{id}</summary>
    public async Task ReplayAsync(HttpContext context)
    {
        if (IdOf(context) is { } id && await editor.FindAsync(id, context.RequestAborted) is { } row)
            await AnswerAsync(context, row);
        else await Problem.UnknownReplay.WriteAsync(context);
    }

    /// <summary>POST /replays/{id}/cancel</summary>
    public async Task CancelAsync(HttpContext context)
    {
        var (row, fault) = IdOf(context) is { } id
            ? await editor.CancelAsync(id, Caller.Of(context).Actor, context.RequestAborted)
            : (null, Problem.UnknownReplay);
        if (row is not null) await AnswerAsync(context, row);
        else await (fault ?? Problem.InternalError).WriteAsync(context);
    }

    async Task AnswerAsync(HttpContext context, ReplayRow row)
    {
        var names = await editor.NamesAsync(context.RequestAborted);
        var passed = await editor.PassedAsync(row, context.RequestAborted);
        await WriteAsync(context,
            json => ReplayJson.Write(json, row, names.GetValueOrDefault(row.DestinationId), passed));
    }

    /// <summary>What is asked for; no page where nothing can fit.</summary>
    static (ReplayPage? Page, Problem? Fault) Page(IQueryCollection query, Dictionary<long, string> names)
    {
        var read = new QueryReader(query);
        read.AllowOnly("destination", "state", "limit", "before");
        var (destination, state) = (read.Text("destination"), read.Text("state"));
        if (state is not null && !States.Contains(state))
            read.Refuse("state", $"must be one of {string.Join(", ", States)}");
        var page = new ReplayPage((int)(read.Number("limit", 1, PageLimitReplays) ?? PageDefaultReplays))
        {
            BeforeId = read.Number("before", 0, long.MaxValue) ?? long.MaxValue,
        };
        if (read.Fault is not null) return (null, read.Fault);
        if (state is not null)
            page = page with { State = Enum.GetValues<ReplayState>()[States.ToList().IndexOf(state)] };
        if (destination is null) return (page, null);
        var found = names.FirstOrDefault(n => n.Value == destination);
        return (found.Value is null ? null : page with { DestinationId = found.Key }, null);
    }

    static long? IdOf(HttpContext context) => long.TryParse((string?)context.Request.RouteValues["id"],
        NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
