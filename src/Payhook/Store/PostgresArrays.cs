using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>A statement of a batch whose parameters are columns: one array each, a value an item.</summary>
sealed class PostgresArrays<T>(NpgsqlBatchCommand command, IReadOnlyCollection<T> items)
{
    /// <summary>Binds the next parameter.</summary>
    public PostgresArrays<T> Column<TValue>(NpgsqlDbType type, Func<T, TValue> value)
    {
        var column = new TValue[items.Count];
        var i = 0;
        foreach (var item in items) column[i++] = value(item);
        command.Parameters.Add(
            new NpgsqlParameter<TValue[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
        return this;
    }

    /// <summary>The next parameters are columns of other things.</summary>
    public PostgresArrays<TOther> And<TOther>(IReadOnlyCollection<TOther> others) => new(command, others);
}

/// <summary>Begins such a statement.</summary>
static class PostgresArrays
{
    public static PostgresArrays<T> AddTo<T>(NpgsqlBatch batch, string sql, IReadOnlyCollection<T> items)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return new(command, items);
    }
}
