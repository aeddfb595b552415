using System.Data.Common;

namespace Payhook.Tests.Support;

/// <summary>How an engine means to run a statement: by an index, or by reading all there is.</summary>
sealed class Plans(TestStore store) : IDisposable
{
    readonly DbConnection _connection = store.Connect();

    public void Dispose() => _connection.Dispose();

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
    public void AssertNoScan(string sql, object[] values, string what)
    {
        var scans = Of(sql, values).Split('\n')
            .Where(line => store.Kind == StoreKind.Sqlite
                ? (line.Contains("SCAN p", StringComparison.Ordinal) && !line.Contains("INDEX", StringComparison.Ordinal))
                    || line.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal)
                : line.Contains("Seq Scan", StringComparison.Ordinal))
            .ToArray();
        Assert.True(scans.Length == 0, $"{what}\n{string.Join('\n', scans)}");
    }
}
