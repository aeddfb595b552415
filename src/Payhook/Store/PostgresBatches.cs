using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>Keeps deliveries that brought several events, whole.</summary>
static class PostgresBatches
{
    /// <summary>Each whole delivery is kept once, beside those of its events that are new.</summary>
    const string KeepBatchesSql = """
        with batch as materialized (
            select nextval('payhook_batches_sequence_seq') as sequence, r.*
            from unnest($1, $2, $3, $4, $5) with ordinality
                as r (source, received_at, event_count, headers, body, ordinal)),
        kept as (
            insert into payhook_batches (sequence, source, received_at, event_count, headers, body)
            overriding system value
            select sequence, source, received_at, event_count, headers, body from batch)
        update payhook_events e set batch_sequence = numbers.in_order[n.ordinal]
        from (select array_agg(sequence order by ordinal) as in_order from batch) as numbers
        cross join unnest($6, $7) as n (event_sequence, ordinal)
        where e.sequence = n.event_sequence
        """;

    /// <summary>Asks to keep deliveries, each with the numbers of its events that are new.</summary>
    public static void AddKeep(NpgsqlBatch batch, IReadOnlyList<(Batch Batch, List<long> Sequences)> kept)
    {
        var events = kept.SelectMany((k, i) => k.Sequences.Select(s => (Sequence: s, Ordinal: i + 1L))).ToArray();
        PostgresArrays.AddTo(batch, KeepBatchesSql, kept)
            .Column(NpgsqlDbType.Text, k => k.Batch.Receipts[0].SourceName)
            .Column(NpgsqlDbType.TimestampTz, k => k.Batch.Receipts[0].ReceivedAt.UtcDateTime)
            .Column(NpgsqlDbType.Integer, k => k.Batch.Receipts.Length)
            .Column(NpgsqlDbType.Text, k => System.Text.Encoding.UTF8.GetString(k.Batch.Receipts[0].HeadersJson))
            .Column(NpgsqlDbType.Bytea, k => k.Batch.Receipts[0].Delivery.ToArray())
            .And(events)
            .Column(NpgsqlDbType.Bigint, e => e.Sequence)
            .Column(NpgsqlDbType.Bigint, e => e.Ordinal);
    }
}
