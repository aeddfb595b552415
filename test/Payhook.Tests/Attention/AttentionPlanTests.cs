using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Attention;

/// <summary>No question of the rules reads a whole table, whatever it holds: SQLite plans without statistics.</summary>
public sealed class AttentionPlanTests
{
    [Fact]
    public async Task Every_question_is_answered_through_an_index()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await test.Open().DisposeAsync();
        var (marked, _) = AttentionSql.Marked(
            new(100, -1, (Paid.Start, 1), "razorpay", "razorpay"), "indexed by payhook_payments_attention",
            moment => SqliteStore.Microseconds(moment));
        (string Sql, string Index)[] questions =
        [
            (marked, "payhook_payments_attention"),
            (AttentionSql.Payment, "INTEGER PRIMARY KEY"),
            (AttentionSql.OfOrder, "payhook_payments_order"),
            (AttentionSql.TestPayments, "payhook_payments_test"),
            (AttentionSql.HasTwin, "payhook_payments_order"),
            (AttentionSql.Conflicting, "payhook_conflicts_event"),
            (AttentionSql.ConflictingEvent, "payhook_conflicts_event"),
            (AttentionSql.CountSince, "payhook_events_feed_source"),
            (SqliteAttention.ReceivedSql, "payhook_events_feed_source"),
        ];
        foreach (var (sql, index) in questions)
        {
            var plan = Explain(test, sql);
            Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
            // What was limited before is walked through; a table is not.
            Assert.DoesNotContain(plan, step => step.Split(' ') is ["SCAN", "p" or "q" or "c" or "d" or "e", ..]
                || step.StartsWith("SCAN payhook", StringComparison.Ordinal)
                || step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    static List<string> Explain(TestStore test, string sql)
    {
        using var connection = test.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "explain query plan " + sql;
        for (var i = 1; i <= 9; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"${i}", 1);
            if (sql.Contains($"${i}", StringComparison.Ordinal)) command.Parameters.Add(parameter);
        }
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read()) steps.Add(reader.GetString(3));
        return steps;
    }
}
