using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A script that is passed over leaves a table missing, and nobody is told until it is written to.</summary>
public sealed class SchemaScriptTests
{
    static readonly SchemaScript[] Scripts = [.. new[] { 1, 2, 4, 5 }.Select(v => new SchemaScript(v, $"{v}.sql", ""))];

    [Theory]
    [InlineData(new int[0], new[] { 1, 2, 4, 5 })]
    [InlineData(new[] { 1, 2 }, new[] { 4, 5 })]
    [InlineData(new[] { 1, 2, 5 }, new[] { 4 })]
    [InlineData(new[] { 2, 4, 5 }, new[] { 1 })]
    [InlineData(new[] { 1, 2, 4, 5 }, new int[0])]
    public void Runs_what_was_not_run_whatever_came_after(int[] applied, int[] missing) =>
        Assert.Equal(missing, SchemaScript.Missing(applied.ToHashSet(), Scripts).Select(s => s.Version));

    [Theory]
    [InlineData(new[] { 1, 2, 4, 5, 6 }, "schema version 6")]
    [InlineData(new[] { 1, 2, 3, 5 }, "schema version 3")]
    public void Refuses_a_database_that_ran_what_is_not_known(int[] applied, string told) => Assert.Contains(told,
        Assert.Throws<StoreRefusedException>(() => SchemaScript.Missing(applied.ToHashSet(), Scripts)).Message,
        StringComparison.Ordinal);

    [Theory, EveryStore]
    public async Task A_database_that_ran_a_later_script_still_gets_an_earlier_one(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using (var store = test.Open()) store.Rejections.Append([Rejections.Of()], [], new(10, 1 << 20));
        test.Scalar("drop table payhook_rejections; drop table payhook_rejection_counts; "
            + "delete from payhook_schema where version = 3");
        Assert.True(Convert.ToInt32(test.Scalar("select max(version) from payhook_schema")) > 3);

        await using var opened = test.Open();
        Assert.Empty(await opened.Rejections.KeptAsync());
        Assert.Equal(
            SchemaScript.Of(kind == StoreKind.Sqlite ? "sqlite" : "postgres").Count, test.Count("payhook_schema"));
        Assert.Equal(SchemaScript.Of("sqlite")[^1].Version, opened.Examine().SchemaVersion);
    }
}
