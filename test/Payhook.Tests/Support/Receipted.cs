using System.Text;
using Payhook.Payments;
using Payhook.Store;

namespace Payhook.Tests.Support;

/// <summary>Events put into a store without a listener.</summary>
static class Receipted
{
    public static readonly DateTimeOffset Moment = new(2026, 1, 31, 9, 0, 0, TimeSpan.Zero);

    public static Receipt Of(
        string id, string type = "payment.captured", string source = "razorpay", string? payment = "pay_1",
        DateTimeOffset? at = null, string? body = null, string headers = "{\"Content-Type\":\"application/json\"}",
        params IReadOnlyList<Change> changes)
    {
        var bytes = new PooledBytes(64);
        var content = Encoding.UTF8.GetBytes(body ?? $$"""{"id":"{{id}}"}""");
        System.Buffers.BuffersExtensions.Write(bytes, content);
        System.Buffers.BuffersExtensions.Write(bytes, Encoding.UTF8.GetBytes(headers));
        return new Receipt
        {
            SourceName = source,
            ProviderName = source,
            AccountId = "",
            Changes = changes,
            Identity = id,
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = payment,
            ReceivedAt = at ?? Moment,
            SecretNumber = 1,
            Bytes = bytes,
            DeliveryLength = content.Length,
            Place = new(0, content.Length),
        };
    }

    public static void Append(this IEventWriter writer, params ReadOnlySpan<Receipt> receipts)
    {
        writer.Append(receipts);
        foreach (var receipt in receipts)
        {
            Assert.NotEqual(StoreOutcome.NotStored, receipt.Outcome);
            receipt.Bytes.Return();
        }
    }

    /// <summary>
    /// The feed's head, once it has everything that is committed now. On the server that tests share, transactions of
    /// other tests hold it back for a while, as they should.
    /// </summary>
    public static async Task<FeedHead> SettledAsync(this IEventStore store)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var goal = (await store.Feed.HeadAsync(cancellation)).Unused;
        for (var i = 0; i < 3000; i++)
        {
            var head = await store.Feed.HeadAsync(cancellation);
            if (head.Latest.Transaction + 1 >= goal.Transaction || goal.Transaction is 0 or ulong.MaxValue) return head;
            await Task.Delay(10, cancellation);
        }
        throw new TimeoutException("Some transaction does not end");
    }

    public static void Store(this IEventStore store, params ReadOnlySpan<Receipt> receipts)
    {
        using var writer = store.OpenWriter();
        Append(writer, receipts);
    }
}
