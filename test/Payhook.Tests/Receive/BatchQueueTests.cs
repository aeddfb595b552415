using System.Collections.Concurrent;
using CsCheck;
using Payhook.Receive;

namespace Payhook.Tests.Receive;

/// <summary>
/// Every accepted request passes through this queue: one that is lost in it waits for nothing, and one that is taken
/// twice hands its buffer back twice.
/// </summary>
public sealed class BatchQueueTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Refuses_what_is_beyond_its_limit_without_waiting()
    {
        var queue = new BatchQueue<int>(3);
        Assert.Equal([true, true, true, false, false], Enumerable.Range(1, 5).Select(queue.TryAdd));

        Assert.Equal([1], Take(queue, 1));
        Assert.True(queue.TryAdd(6));
        Assert.False(queue.TryAdd(7));
        Assert.Equal([2, 3, 6], Take(queue, 10));
    }

    [Fact]
    public void Gives_all_that_waits_at_once_up_to_the_batchs_limit_and_in_order()
    {
        var queue = new BatchQueue<int>(100);
        for (var i = 1; i <= 7; i++) queue.TryAdd(i);
        Assert.Equal([1, 2, 3], Take(queue, 3));
        Assert.Equal([4, 5, 6], Take(queue, 3));
        Assert.Equal([7], Take(queue, 3));
    }

    [Fact]
    public void Takes_nothing_in_once_closed_and_still_gives_what_waits()
    {
        var queue = new BatchQueue<int>(10);
        queue.TryAdd(1);
        queue.TryAdd(2);
        queue.Close();

        Assert.False(queue.TryAdd(3));
        Assert.Equal([1], Take(queue, 1));
        Assert.Equal([2], Take(queue, 1));
        Assert.False(queue.Take([], 1));
        Assert.False(queue.Take([], 1));
        queue.Close();
    }

    [Fact]
    public async Task Wakes_a_taker_that_waits()
    {
        var queue = new BatchQueue<int>(10);
        var taken = StartTaker(() => Take(queue, 5));
        queue.TryAdd(1);
        Assert.Equal([1], await taken.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wakes_as_many_takers_as_there_is_work_for()
    {
        var queue = new BatchQueue<int>(10);
        var taken = Enumerable.Range(0, 3).Select(_ => StartTaker(() => Take(queue, 1))).ToArray();
        // One after the other without a pause, so that no taker has had the time to wake between them.
        for (var i = 1; i <= 3; i++) queue.TryAdd(i);
        var all = await Task.WhenAll(taken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], all.SelectMany(t => t).Order());
    }

    [Fact]
    public async Task Wakes_every_taker_when_it_is_closed()
    {
        var queue = new BatchQueue<int>(10);
        var taken = new[] { StartTaker(() => queue.Take([], 1)), StartTaker(() => queue.Take([], 1)) };
        queue.Close();
        var answers = await Task.WhenAll(taken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal([false, false], answers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Loses_nothing_and_gives_nothing_twice_under_load(int takers)
    {
        const int adders = 4, itemsEach = 4_000;
        var queue = new BatchQueue<(int Adder, int Number)>(64);
        var taken = new ConcurrentQueue<(int Adder, int Number)>();
        var taking = Enumerable.Range(0, takers).Select(_ => Run(() =>
        {
            var batch = new List<(int, int)>();
            while (queue.Take(batch, 16))
            {
                Assert.InRange(batch.Count, 1, 16);
                foreach (var item in batch) taken.Enqueue(item);
                batch.Clear();
            }
            Assert.Empty(batch);
        })).ToArray();
        var adding = Enumerable.Range(0, adders).Select(adder => Run(() =>
        {
            for (var i = 0; i < itemsEach; i++) SpinWait.SpinUntil(() => queue.TryAdd((adder, i)));
        })).ToArray();

        await Task.WhenAll(adding).WaitAsync(Patience, TestContext.Current.CancellationToken);
        queue.Close();
        await Task.WhenAll(taking).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(adders * itemsEach, taken.Count);
        Assert.Equal(adders * itemsEach, taken.Distinct().Count());
        if (takers > 1) return; // between two takers there is no order
        foreach (var ofOne in taken.GroupBy(t => t.Adder)) Assert.Equal(ofOne.Order(), ofOne);
    }

    [Fact]
    public void Behaves_as_a_queue_with_a_limit()
    {
        Gen.Select(Gen.Int[1, 8], Gen.Int[0, 5].Array[0, 60]).Sample((limit, steps) =>
        {
            var queue = new BatchQueue<int>(limit);
            var model = new Queue<int>();
            for (var i = 0; i < steps.Length; i++)
            {
                if (steps[i] < 3)
                {
                    var hasRoom = model.Count < limit;
                    Assert.Equal(hasRoom, queue.TryAdd(i));
                    if (hasRoom) model.Enqueue(i);
                }
                else if (model.Count > 0) // of an empty one a taker waits
                {
                    var batch = Take(queue, steps[i] - 2);
                    Assert.Equal(Math.Min(steps[i] - 2, model.Count), batch.Count);
                    Assert.All(batch, item => Assert.Equal(model.Dequeue(), item));
                }
            }
        }, iter: 2_000);
    }

    static List<T> Take<T>(BatchQueue<T> queue, int batchLimit)
    {
        var batch = new List<T>();
        Assert.True(queue.Take(batch, batchLimit));
        return batch;
    }

    static Task Run(Action action) => Task.Factory.StartNew(
        action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Starts a taker and comes back once it waits.</summary>
    static Task<T> StartTaker<T>(Func<T> take)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(take());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true };
        thread.Start();
        var waits = SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience);
        Assert.True(waits, "The taker did not wait");
        return done.Task;
    }
}
