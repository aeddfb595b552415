using CsCheck;
using Payhook.Receive;

namespace Payhook.Tests.Receive;

/// <summary>However much is sent, the bytes in memory stay within one bound: else a flood ends the process.</summary>
public sealed class ByteBudgetTests
{
    [Fact]
    public void Gives_out_all_of_its_bytes_and_not_one_more()
    {
        var budget = new ByteBudget(100);
        Assert.True(budget.TryTake(60));
        Assert.True(budget.TryTake(40));
        Assert.False(budget.TryTake(1));
        Assert.True(budget.TryTake(0));
        budget.GiveBack(1);
        Assert.False(budget.TryTake(2));
        Assert.True(budget.TryTake(1));
        Assert.False(new ByteBudget(100).TryTake(101));
    }

    [Fact]
    public void Is_not_charged_for_what_it_refused()
    {
        var budget = new ByteBudget(100);
        for (var i = 0; i < 1000; i++) Assert.False(budget.TryTake(int.MaxValue));
        Assert.True(budget.TryTake(100));
    }

    [Fact]
    public void Adds_up_whatever_is_taken_and_given_back() => Gen.Int[0, 50].Array[0, 100].Sample(amounts =>
    {
        var budget = new ByteBudget(200);
        var held = new Queue<int>();
        foreach (var bytes in amounts)
        {
            var fits = held.Sum() + bytes <= 200;
            Assert.Equal(fits, budget.TryTake(bytes));
            if (fits) held.Enqueue(bytes);
            else budget.GiveBack(held.Dequeue());
        }
    }, iter: 2_000);

    [Fact]
    public async Task Holds_its_bound_when_many_take_at_once()
    {
        const int limitBytes = 1000;
        var budget = new ByteBudget(limitBytes);
        long heldBytes = 0, taken = 0;
        var takers = Enumerable.Range(1, 4).Select(taker => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                var bytes = 501 + 100 * taker + i % 100; // so that there is never room for two
                if (!budget.TryTake(bytes)) continue;
                Interlocked.Increment(ref taken);
                Assert.InRange(Interlocked.Add(ref heldBytes, bytes), 0, limitBytes);
                Assert.False(budget.TryTake(500));
                Interlocked.Add(ref heldBytes, -bytes);
                budget.GiveBack(bytes);
            }
        }));
        await Task.WhenAll(takers);

        Assert.True(taken > 0);
        Assert.True(budget.TryTake(limitBytes));
        Assert.False(budget.TryTake(1));
    }
}
