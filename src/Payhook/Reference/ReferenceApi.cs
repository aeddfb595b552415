using System.Security.Cryptography;
using System.Text;

namespace Payhook.Reference;

/// <summary>
/// The interface described, for programs and for people. It holds no secret, so anybody may read it; nothing of it is
/// made before somebody does.
/// </summary>
sealed class ReferenceApi
{
    readonly Lazy<byte[]> _document = new(ApiDocument.Write);
    readonly Lazy<(byte[] Page, string Policy)> _page = new(ReadPage);

    /// <summary>GET /openapi.json</summary>
    public Task DocumentAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _document.Value.Length;
        return context.Response.Body.WriteAsync(_document.Value, 0, _document.Value.Length);
    }

    /// <summary>GET /reference</summary>
    public Task PageAsync(HttpContext context)
    {
        var (page, policy) = _page.Value;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = page.Length;
        return context.Response.Body.WriteAsync(page, 0, page.Length);
    }

    /// <summary>
    /// The page may run its own script and ask its own address; nothing else, whoever wrote what it shows.
    /// </summary>
    static (byte[] Page, string Policy) ReadPage()
    {
        using var stream = typeof(ReferenceApi).Assembly.GetManifestResourceStream("reference/reference.html")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        var policy = "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            + $"frame-ancestors 'none'; script-src {HashOf(text, "script")}; style-src {HashOf(text, "style")}";
        return (Encoding.UTF8.GetBytes(text), policy);
    }

    static string HashOf(string page, string element)
    {
        var start = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = page.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page[start..end])))}'";
    }
}
