using System.IO.Compression;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>Long answers of counts are compressed for who takes that, and are the same for all.</summary>
public sealed class PackedAnswerTests
{
    const string LongAnswer = "/stats?from=2026-01-01T00:00:00Z&until=2026-01-03T00:00:00Z&bucket=hour";

    [Fact]
    public async Task Counts_are_compressed_for_who_takes_that_and_for_nobody_else()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var plain = await SendAsync(listener, LongAnswer, null);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        var refused = await SendAsync(listener, LongAnswer, "gzip;q=0, br");
        Assert.Empty(refused.Content.Headers.ContentEncoding);
        var packed = await SendAsync(listener, LongAnswer, "gzip, br");
        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.Contains("Accept-Encoding", packed.Headers.Vary);

        var bytes = await plain.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(packed.Content.Headers.ContentLength < bytes.Length / 4);
        await using var stream = await packed.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
        using var all = new MemoryStream();
        await unpacked.CopyToAsync(all, TestContext.Current.CancellationToken);
        Assert.Equal(bytes, all.ToArray());
    }

    static async Task<HttpResponseMessage> SendAsync(TestListener listener, string path, string? encodings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encodings is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        return await listener.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
