using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Access;

/// <summary>Keys made, listed and revoked, and who did what: for who has the scope <c>admin</c>.</summary>
sealed class KeysApi(IKeyStore keys, IAuditStore audit, AccessRing ring, TimeProvider time)
{
    public const int PageLimitEntries = 500;
    const int PageDefaultEntries = 50;

    /// <summary>GET /keys</summary>
    public async Task KeysAsync(HttpContext context)
    {
        var found = await keys.Keys(context.RequestAborted).ToListAsync(context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var key in found) KeyJson.Write(json, key, time.GetUtcNow());
            json.WriteEndArray();
        });
    }

    /// <summary>POST /keys</summary>
    public async Task CreateAsync(HttpContext context)
    {
        if (await ReadAsync(context.Request.Body, context.RequestAborted) is not { } asked)
        {
            await Problem.InvalidKeyRequest.WriteAsync(context);
            return;
        }
        var (key, text) = ApiKey.Create(
            asked.Name, asked.Scopes, asked.ExpiresInDays, Caller.Of(context).Actor, time.GetUtcNow());
        if (keys.Add(key, AuditEntry.Created(key)) is not { } id)
        {
            await Problem.TooManyKeys.WriteAsync(context);
            return;
        }
        ring.Forget();
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.CacheControl = "no-store";
        await WriteAsync(context, json => KeyJson.Write(json, key with { Id = id }, time.GetUtcNow(), text));
    }

    /// <summary>DELETE /keys/{id}</summary>
    public async Task RevokeAsync(HttpContext context)
    {
        var found = TryReadNumber((string?)context.Request.RouteValues["id"], 0, out var id)
            ? await FindAsync(id, context.RequestAborted)
            : null;
        if (found is null)
        {
            await Problem.UnknownKey.WriteAsync(context);
            return;
        }
        var entry = AuditEntry.Revoked(found, Caller.Of(context).Actor, time.GetUtcNow());
        if (keys.Revoke(id, entry)) found = found with { RevokedAt = entry.At };
        else found = await FindAsync(id, context.RequestAborted) ?? found;
        ring.Forget();
        await WriteAsync(context, json => KeyJson.Write(json, found, time.GetUtcNow()));
    }

    /// <summary>GET /audit</summary>
    public async Task AuditAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!TryReadNumber(query["limit"], PageDefaultEntries, out var limit) || limit is < 1 or > PageLimitEntries
            || !TryReadNumber(query["before"], long.MaxValue, out var before))
        {
            await Problem.BadRequest.WriteAsync(context);
            return;
        }
        var entries = await audit.Entries(before, (int)limit, context.RequestAborted)
            .ToListAsync(context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("entries");
            foreach (var entry in entries) KeyJson.Write(json, entry);
            json.WriteEndArray();
            if (entries.Count < limit) json.WriteNull("next");
            else json.WriteNumber("next", entries[^1].Sequence);
            json.WriteEndObject();
        });
    }

    async Task<ApiKey?> FindAsync(long id, CancellationToken cancellation) =>
        await keys.Keys(cancellation).FirstOrDefaultAsync(k => k.Id == id, cancellation);

    static async Task<KeyRequest?> ReadAsync(Stream body, CancellationToken cancellation)
    {
        var bytes = new byte[KeyRequest.BodyLimitBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return length > KeyRequest.BodyLimitBytes ? null : KeyRequest.Read(bytes.AsMemory(0, length));
    }

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }

    static bool TryReadNumber(string? text, long fallback, out long number)
    {
        number = fallback;
        return string.IsNullOrEmpty(text)
            || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
