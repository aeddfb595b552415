using System.Data.Common;

namespace Payhook.Tests.Support;

/// <summary>How an engine means to run a statement: by an index, or by reading all there is.</summary>
sealed class Plans(TestStore store) : IDisposable
{
    readonly DbConnection _connection = store.Connect();

    public void Dispose() => _connection.Dispose();

    /// <summary>The plan of one statement, where more are not asked for.</summary>
    public static string Of(TestStore store, string sql, object[] values)
    {
        using var plans = new Plans(store);
        return plans.Of(sql, values);
    }

    public string Of(string sql, object[] values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"{(store.Kind == StoreKind.Sqlite ? "explain query plan" : "explain")} {sql}";
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            if (store.Kind == StoreKind.Sqlite) parameter.ParameterName = $"${i + 1}";
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }
        using var reader = command.ExecuteReader();
        var plan = new List<string>();
        while (reader.Read()) plan.Add(reader.GetString(reader.FieldCount - 1));
        return string.Join('\n', plan);
    }

    /// <summary>A walk down an index in the order of the answer is no scan: it ends with the page.</summary>
    public void AssertNoScan(string sql, object[] values, string what) => AssertNone(sql, values, what, line =>
        store.Kind == StoreKind.Sqlite
            ? line.Contains("SCAN p", StringComparison.Ordinal) && !line.Contains("INDEX", StringComparison.Ordinal)
            : line.Contains("Seq Scan", StringComparison.Ordinal));

    /// <summary>What is sorted is read to its end before.</summary>
    public void AssertNoSort(string sql, object[] values, string what) => AssertNone(sql, values, what, line =>
        line.Contains(store.Kind == StoreKind.Sqlite ? "FOR ORDER BY" : "Sort  (", StringComparison.Ordinal));

    void AssertNone(string sql, object[] values, string what, Func<string, bool> isFault)
    {
        var plan = Of(sql, values);
        Assert.False(plan.Split('\n').Any(isFault), $"{what}\n{plan}");
    }
}
