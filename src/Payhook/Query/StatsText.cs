using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>How counts look in an answer: the sums that were kept, and what follows from them.</summary>
static class StatsText
{
    const double Median = 0.5, Slow = 0.99;

    /// <param name="output">Takes it.</param>
    /// <param name="sums">The counts.</param>
    /// <param name="writeMore">Writes members between the whole and the parts.</param>
    public static void WriteJson(IBufferWriter<byte> output, StatsSums sums, Action<Utf8JsonWriter> writeMore)
    {
        var query = sums.Query;
        using var json = new Utf8JsonWriter(output, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteString("from", JsonText.Moment(query.From));
        json.WriteString("until", JsonText.Moment(query.Until));
        json.WriteString("bucket", query.BucketSeconds switch
        {
            StatsQuery.MinuteSeconds => "minute",
            StatsQuery.HourSeconds => "hour",
            _ => "day",
        });
        json.WriteStartObject("totals");
        WriteTally(json, sums, sums.Total(), sums.SecondsOfAll());
        WriteGroups(json, sums, sums.TotalGroups(), sums.SecondsOfAll());
        json.WriteEndObject();
        writeMore(json);
        json.WriteStartArray("buckets");
        foreach (var (whole, groups) in sums.Buckets())
        {
            json.WriteStartObject();
            json.WriteString("at", JsonText.Moment(whole.At));
            WriteTally(json, sums, whole.Tally, sums.SecondsOf(whole.At));
            WriteGroups(json, sums, groups, sums.SecondsOf(whole.At));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One object a line, the same members in each.</summary>
    public static void WriteLines(IBufferWriter<byte> output, StatsSums sums)
    {
        using var json = new Utf8JsonWriter(output, new() { Encoder = JsonText.Encoder, SkipValidation = true });
        foreach (var row in sums.Flat())
        {
            json.WriteStartObject();
            json.WriteString("at", JsonText.Moment(row.At));
            json.WriteNumber("bucket_seconds", sums.Query.BucketSeconds);
            WriteKey(json, sums, row.Key);
            WriteTally(json, sums, row.Tally, sums.SecondsOf(row.At));
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            output.Write("\n"u8);
        }
    }

    public static void WriteCsv(IBufferWriter<byte> output, StatsSums sums)
    {
        var table = sums.Table;
        string[] timed = table.IsTimed ? ["within_timeout", "within_timeout_share"] : [];
        CsvText.WriteLine(output,
        [
            "at", "bucket_seconds", .. table.Words, "count", "rate_per_second", "p50_ms", "p99_ms", .. timed,
        ]);
        foreach (var row in sums.Flat())
        {
            var tally = row.Tally;
            string?[] inTime = table.IsTimed
                ? [tally.Timed == 0 ? null : Number(tally.InTime), Number(Share(tally))]
                : [];
            CsvText.WriteLine(output,
            [
                JsonText.Moment(row.At), Number(sums.Query.BucketSeconds), .. table.WordsOf(row.Key),
                Number(tally.Count), Number(Rate(tally, sums.SecondsOf(row.At))),
                Number(tally.Milliseconds(Median)), Number(tally.Milliseconds(Slow)), .. inTime,
            ]);
        }
    }

    /// <summary>The configured sources, with what there is to know of them beside the counts.</summary>
    public static void WriteSources(
        Utf8JsonWriter json, IReadOnlyList<Source> sources, Dictionary<string, DateTimeOffset> latestEvents)
    {
        json.WriteStartArray("sources");
        foreach (var source in sources) Write(json, source, latestEvents);
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, Source source, Dictionary<string, DateTimeOffset> latestEvents)
    {
        json.WriteStartObject();
        json.WriteString("source", source.Name);
        json.WriteString("provider", source.Provider.Name);
        if (ProviderTimeouts.Of(source.Provider.Name) is { } timeout)
            json.WriteNumber("timeout_seconds", (int)timeout.TotalSeconds);
        else json.WriteNull("timeout_seconds");
        json.WriteString("last_event_at",
            latestEvents.TryGetValue(source.Name, out var at) ? JsonText.Moment(at) : null);
        json.WriteEndObject();
    }

    static void WriteGroups(Utf8JsonWriter json, StatsSums sums, IReadOnlyList<StatsRow> groups, double seconds)
    {
        if (!sums.IsGrouped) return;
        json.WriteStartArray("groups");
        foreach (var group in groups)
        {
            json.WriteStartObject();
            WriteKey(json, sums, group.Key);
            WriteTally(json, sums, group.Tally, seconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteKey(Utf8JsonWriter json, StatsSums sums, in StatsKey key)
    {
        var query = sums.Query;
        if (query.BySource) json.WriteString(sums.Table.Owner, key.SourceName);
        if (query.ByType) json.WriteString("type", key.EventType.Length == 0 ? null : key.EventType);
        if (query.ByOutcome) json.WriteString("outcome", key.Outcome);
    }

    static void WriteTally(Utf8JsonWriter json, StatsSums sums, Tally tally, double seconds)
    {
        json.WriteNumber("count", tally.Count);
        json.WriteNumber("rate_per_second", Rate(tally, seconds));
        Write(json, "p50_ms", tally.Milliseconds(Median));
        Write(json, "p99_ms", tally.Milliseconds(Slow));
        if (!sums.Table.IsTimed) return;
        Write(json, "within_timeout", tally.Timed == 0 ? null : tally.InTime);
        Write(json, "within_timeout_share", Share(tally));
    }

    static void Write(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    static double Rate(Tally tally, double seconds) => Math.Round(tally.Count / seconds, 4);

    /// <summary>Rounded down, so that 1 means all of them.</summary>
    static double? Share(Tally tally) =>
        tally.Timed == 0 ? null : Math.Floor(tally.InTime * 1_000_000d / tally.Timed) / 1_000_000d;

    static string? Number(double? number) => number?.ToString(CultureInfo.InvariantCulture);
}
