using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Payhook.Tests.Support;

namespace Payhook.Tests.Dashboard;

/// <summary>The page and its files come out of the executable, packed, and nothing else may get into it.</summary>
public sealed partial class DashboardFilesTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/dashboard")]
    [InlineData("/dashboard/")]
    [InlineData("/dashboard/events")]
    [InlineData("/dashboard/events/evt_1%2F2")]
    [InlineData("/dashboard/payments/pay_1?as_of=2026-01-01T00:00:00Z")]
    public async Task Every_page_is_the_shell_that_reads_its_address(string path)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var answer = await listener.Client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("""<div id="app">""", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_may_run_its_own_files_and_nothing_written_into_it()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var answer = await listener.Client.GetAsync("/", Cancellation);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));

        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotMatch("""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=""", page);
        Assert.DoesNotMatch("""(src|href)="(https?:)?//""", page);
    }

    [Fact]
    public async Task Files_are_kept_for_ever_and_sent_packed()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var page = await listener.Client.GetStringAsync("/", Cancellation);
        var names = AssetNames().Matches(page).Select(m => m.Value).ToList();
        Assert.Contains(names, n => n.EndsWith(".js", StringComparison.Ordinal));
        foreach (var name in names)
        {
            var plain = await SendAsync(listener, name, "");
            Assert.Equal("public, max-age=31536000, immutable", plain.Headers.CacheControl!.ToString());
            var bytes = await plain.Content.ReadAsByteArrayAsync(Cancellation);
            if (name.EndsWith(".woff2", StringComparison.Ordinal)) continue;
            var brotli = await SendAsync(listener, name, "gzip, br");
            Assert.Equal("br", Assert.Single(brotli.Content.Headers.ContentEncoding));
            Assert.Equal(bytes, await UnpackAsync(s => new BrotliStream(s, CompressionMode.Decompress), brotli));
            var gzip = await SendAsync(listener, name, "gzip, br;q=0");
            Assert.Equal("gzip", Assert.Single(gzip.Content.Headers.ContentEncoding));
            Assert.Equal(bytes, await UnpackAsync(s => new GZipStream(s, CompressionMode.Decompress), gzip));
        }
    }

    [Fact]
    public async Task What_a_browser_has_is_not_sent_again()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var first = await listener.Client.GetAsync("/", Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await listener.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("/dashboard/assets/none.js", HttpStatusCode.NotFound)]
    [InlineData("/dashboard/assets/..%2Findex.html", HttpStatusCode.NotFound)]
    [InlineData("/index.html", HttpStatusCode.NotFound)]
    public async Task A_file_that_is_not_one_of_them_is_not_found(string path, HttpStatusCode status)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var answer = await listener.Client.GetAsync(path, Cancellation);
        Assert.Equal(status, answer.StatusCode);
    }

    /// <summary>Else the program in the image would be built, and have no dashboard or no mock events.</summary>
    [Fact]
    public void The_image_is_built_of_all_that_the_program_takes_from_outside_its_folder()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Root, "src/Payhook/Payhook.csproj"));
        var folders = EmbeddedFolder().Matches(project).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(["mock_payloads", "web/dist"], folders.Order());
        var dockerfile = File.ReadAllLines(Path.Combine(Repository.Root, "Dockerfile"));
        var ignored = File.ReadAllLines(Path.Combine(Repository.Root, ".dockerignore"));
        Assert.All(folders, folder => Assert.Contains($"COPY {folder} {folder}", dockerfile));
        Assert.All(folders, folder => Assert.Contains($"!{folder}", ignored));
    }

    static async Task<HttpResponseMessage> SendAsync(TestListener listener, string path, string encodings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encodings.Length > 0) request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        var answer = await listener.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }

    static async Task<byte[]> UnpackAsync(Func<Stream, Stream> unpack, HttpResponseMessage answer)
    {
        await using var stream = unpack(await answer.Content.ReadAsStreamAsync(Cancellation));
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Cancellation);
        return bytes.ToArray();
    }

    [GeneratedRegex("Include=\"\\.\\./\\.\\./([^*\"]+)/\\*\\*")]
    private static partial Regex EmbeddedFolder();

    [GeneratedRegex("/dashboard/assets/[^\"]+")]
    private static partial Regex AssetNames();
}
