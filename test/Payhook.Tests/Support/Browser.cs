using System.Text;

namespace Payhook.Tests.Support;

/// <summary>As much of a browser as signing in needs: keeps the cookie, and sends it to the listener.</summary>
public sealed class Browser : IDisposable
{
    readonly HttpClient _client;

    public Browser(TestListener listener) => _client = new(new SocketsHttpHandler
    {
        UseCookies = false, AllowAutoRedirect = false,
    }) { BaseAddress = listener.Client.BaseAddress };

    /// <summary>Names and values, as the browser sends them.</summary>
    public IDictionary<string, string> Cookies { get; } = new Dictionary<string, string>();

    /// <summary>The headers Set-Cookie of the last answer.</summary>
    public string[] CookiesSet { get; private set; } = [];

    public HttpResponseMessage? Last { get; private set; }

    /// <summary>What the page of the listener would send with whatever changes something.</summary>
    public string? Csrf { get; private set; }

    public async Task<Answer> SignInAsync(string member, string secret, params (string Name, string Value)[] headers)
    {
        var answer = await SendAsync("POST", "/session", $$"""{"{{member}}":"{{secret}}"}""", headers);
        if (answer.Status == 200) Csrf = answer.Member("csrf_token");
        return answer;
    }

    /// <summary>As the page does it, with the token against forgeries.</summary>
    public Task<Answer> ActAsync(string method, string path, string body = "") =>
        SendAsync(method, path, body, ("X-CSRF-Token", Csrf ?? ""));

    public async Task<Answer> SendAsync(
        string method, string path, string body = "", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        Last?.Dispose();
        Last = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        CookiesSet = Last.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var cookie in CookiesSet)
        {
            var (name, value) = (cookie.Split('=')[0], cookie.Split(';')[0].Split('=', 2)[1]);
            if (value.Length == 0) Cookies.Remove(name);
            else Cookies[name] = value;
        }
        return await Answer.ReadAsync(Last);
    }

    public void Dispose()
    {
        Last?.Dispose();
        _client.Dispose();
    }
}
