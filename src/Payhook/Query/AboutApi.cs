using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What this listener is, how it is set up and whether it can store events. Never a secret.</summary>
/// <param name="settings">The settings it was started with.</param>
/// <param name="store">The store.</param>
/// <param name="isWritable">Writes to the store as a request would.</param>
/// <param name="time">The clock.</param>
sealed class AboutApi(Settings settings, IEventStore store, Func<Task<bool>> isWritable, TimeProvider time)
    : IDisposable
{
    const int ValueLimitChars = 2000;

    readonly DateTimeOffset _startedAt = time.GetUtcNow();

    readonly KeptAnswer<StoreSize> _size = new(
        TimeSpan.FromSeconds(5), time, stop => store.Stats.SizeAsync(stop).AsTask());

    /// <summary>It waits for the right to write, so it is rare.</summary>
    readonly KeptAnswer<StoreReport> _report = new(
        TimeSpan.FromMinutes(10), time, stop => Task.Run(() => Examine(store), stop));

    /// <summary>GET /about</summary>
    public async Task AboutAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        query.AllowOnly();
        if (query.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }
        var isHealthy = await isWritable();
        var size = await _size.GetAsync(context.RequestAborted);
        var report = await _report.GetAsync(context.RequestAborted);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteString("version", ProgramVersion.Text);
        WriteStore(json, report, size);
        json.WriteString("started_at", JsonText.Moment(_startedAt));
        json.WriteString("now", JsonText.Moment(time.GetUtcNow()));
        json.WriteBoolean("healthy", isHealthy);
        json.WriteStartArray("warnings");
        if (settings.UsesDefaultSecret) json.WriteStringValue(Settings.DefaultSecretWarning);
        foreach (var warning in settings.Warnings.Concat(report.Warnings)) json.WriteStringValue(warning);
        json.WriteEndArray();
        json.WriteStartArray("settings");
        foreach (var setting in Settings.Common) Write(json, setting);
        foreach (var setting in SourceVariables.All)
        {
            if (settings.Given.ContainsKey(setting.Name)) Write(json, setting);
        }
        json.WriteEndArray();
        json.WriteNumber("events", size.Events);
        json.WriteNumber("payments", size.Payments);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    public void Dispose()
    {
        _size.Dispose();
        _report.Dispose();
    }

    static StoreReport Examine(IEventStore store)
    {
        try
        {
            return store.Examine();
        }
        catch (StoreRefusedException e) // a newer Payhook brought its schema, for one
        {
            return new("", 0, null, [e.Message]);
        }
    }

    void WriteStore(Utf8JsonWriter json, StoreReport report, StoreSize size)
    {
        var database = settings.Database;
        json.WriteStartObject("store");
        json.WriteString("kind", database.Postgres is null ? "sqlite" : "postgres");
        json.WriteString("name", database.Postgres is { } postgres
            ? postgres.Database
            : Path.GetFileName(database.SqlitePath));
        json.WriteString("engine_version", report.EngineVersion);
        json.WriteNumber("schema_version", report.SchemaVersion);
        if (size.Bytes is { } bytes) json.WriteNumber("size_bytes", bytes);
        else json.WriteNull("size_bytes");
        json.WriteEndObject();
    }

    /// <summary>The value that holds; of a secret only whether it is set.</summary>
    void Write(Utf8JsonWriter json, Setting setting)
    {
        var isSet = settings.Given.TryGetValue(setting.Name, out var text);
        var value = setting.IsSecret
            ? isSet ? null : ""
            : SourceText.Shown(isSet ? text! : setting.Default, ValueLimitChars);
        json.WriteStartObject();
        json.WriteString("name", setting.Name);
        json.WriteString("value", value);
        json.WriteString("default", setting.Default);
        json.WriteString("sentence", setting.Sentence);
        json.WriteBoolean("is_secret", setting.IsSecret);
        json.WriteEndObject();
    }
}
