namespace Payhook.Access;

/// <summary>
/// Tells whether a page of somebody else asks, in the browser of somebody who may. It could not read the answer, but
/// what it sends would be done.
/// </summary>
static class OtherPage
{
    /// <summary>
    /// Browsers say whose page it is, and no page can change that. Where they tell how the page stands to this address
    /// that decides, because a proxy may have changed the name that this listener was called by.
    /// </summary>
    public static bool Asks(HttpRequest request)
    {
        var relation = request.Headers["Sec-Fetch-Site"].ToString();
        return relation.Length > 0 ? relation is not ("same-origin" or "none") : IsOtherOrigin(request);
    }

    public static bool IsOtherOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && HostString.FromUriComponent(page) == request.Host);
    }
}
