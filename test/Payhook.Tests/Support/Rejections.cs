using System.Text;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Tests.Support;

/// <summary>Rejections as tests need them, and what a store has of them.</summary>
static class Rejections
{
    public static readonly DateTimeOffset Moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Rejection Of(
        string body = "{}", string reason = "wrong-signature", string source = "razorpay", string? cause = null,
        params (string Name, string Value)[] headers) => new()
        {
            SourceName = source,
            Reason = reason,
            Cause = cause,
            Explanation = cause is null ? null : "In words.",
            ReceivedAt = Moment,
            Query = "?a=1",
            HeadersJson = JsonSerializer.SerializeToUtf8Bytes(headers.Select(h => new[] { h.Name, h.Value })),
            Body = Encoding.UTF8.GetBytes(body),
            BodyBytes = Encoding.UTF8.GetByteCount(body),
        };

    public static async Task<List<Rejection>> KeptAsync(this IRejectionStore store, string? source = null) =>
        await store.Rejections(new(long.MaxValue, 100_000, source), TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    public static async Task<List<RejectionCount>> CountedAsync(this IRejectionStore store) =>
        await store.Counts(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until so many are kept: they are stored after the answer, on a thread of their own.</summary>
    public static async Task<List<Rejection>> WaitForAsync(this IRejectionStore store, int count)
    {
        for (var i = 0; ; i++)
        {
            var kept = await store.KeptAsync();
            if (kept.Count >= count) return kept;
            if (i > 1000) throw new TimeoutException($"{kept.Count} of {count} rejections after 10 s");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
