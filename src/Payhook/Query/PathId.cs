using Microsoft.AspNetCore.Http.Features;

namespace Payhook.Query;

/// <summary>
/// The id behind /payments/ or /events/, from the path as it was sent: the web server decodes all of a path but its
/// slashes, after which a %2F in an id and one that stood for a slash look the same.
/// </summary>
static class PathId
{
    public static string Of(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.StartsWith('/') ? target.Split('?')[0] : new Uri(target).AbsolutePath;
        return Uri.UnescapeDataString(path.Split('/', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
