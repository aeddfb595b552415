namespace Payhook;

/// <summary>In which ways a client takes an answer compressed.</summary>
static class TakenEncoding
{
    /// <summary>Whether it takes this one, such as <c>gzip</c>.</summary>
    public static bool Takes(HttpRequest request, string encoding) => request.GetTypedHeaders().AcceptEncoding
        .Any(e => e.Quality is not 0 && e.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase));
}
