using System.IO.Compression;
using System.Security.Cryptography;

namespace Payhook.Dashboard;

/// <summary>
/// The files of the dashboard, which lie in the executable. They hold no data and no secret, so anybody may have them:
/// whoever may see or do something is decided by the routes that the page asks.
/// </summary>
sealed class DashboardFiles
{
    const string Folder = "dashboard/", Shell = "index.html";

    /// <summary>
    /// The page runs its own scripts and styles and asks its own address; nothing else, whoever wrote what it shows.
    /// </summary>
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    readonly Dictionary<string, Lazy<DashboardFile>> _files = typeof(DashboardFiles).Assembly
        .GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal))
        .ToDictionary(n => n[Folder.Length..], n => new Lazy<DashboardFile>(() => DashboardFile.Read(n)),
            StringComparer.Ordinal);

    /// <summary>GET / and GET /dashboard/{**path}: every page is one file, whose script reads the address.</summary>
    public Task PageAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.CacheControl = "no-cache"; // the next version has scripts of other names
        return WriteAsync(context, _files[Shell].Value);
    }

    /// <summary>GET /dashboard/assets/{file}: what the page needs; a name is never used for other bytes.</summary>
    public Task AssetAsync(HttpContext context)
    {
        var name = $"assets/{context.Request.RouteValues["file"]}";
        if (!_files.TryGetValue(name, out var file)) return Problem.NotFound.WriteAsync(context);
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return WriteAsync(context, file.Value);
    }

    static async Task WriteAsync(HttpContext context, DashboardFile file)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.ETag = file.Tag;
        if (request.Headers.IfNoneMatch.Contains(file.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = file.ContentType;
        var encoding = file.Packed is null ? null : EncodingFor(request);
        if (encoding is not null) response.Headers.ContentEncoding = encoding;
        var bytes = encoding switch { "br" => file.Packed!.Brotli, "gzip" => file.Packed!.Gzip, _ => file.Bytes };
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    static string? EncodingFor(HttpRequest request) =>
        TakenEncoding.Takes(request, "br") ? "br" : TakenEncoding.Takes(request, "gzip") ? "gzip" : null;
}

/// <summary>One file, and the same packed, made when somebody first asks for it.</summary>
/// <param name="Bytes">As it is.</param>
/// <param name="Packed">The same compressed; null where that makes it no smaller.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Tag">Its ETag.</param>
sealed record DashboardFile(byte[] Bytes, PackedBytes? Packed, string ContentType, string Tag)
{
    static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
    };

    public static DashboardFile Read(string resource)
    {
        using var stream = typeof(DashboardFile).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var end = Path.GetExtension(resource);
        return new(bytes, end == ".woff2" ? null : PackedBytes.Of(bytes),
            ContentTypes.GetValueOrDefault(end, "application/octet-stream"),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
    }
}

/// <summary>A text as browsers and others take it compressed.</summary>
sealed record PackedBytes(byte[] Brotli, byte[] Gzip)
{
    const int BrotliQuality = 9, BrotliWindowBits = 22;

    public static PackedBytes Of(byte[] bytes) => new(PackBrotli(bytes), PackGzip(bytes));

    static byte[] PackGzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    static byte[] PackBrotli(byte[] bytes)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        BrotliEncoder.TryCompress(bytes, packed, out var written, BrotliQuality, BrotliWindowBits);
        return packed[..written];
    }
}
