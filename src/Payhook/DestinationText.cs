using System.Text;
using System.Text.Json;
using Payhook.Store;

namespace Payhook;

/// <summary>
/// A destination as text: what the store keeps, with the secrets apart, and what answers show, without them.
/// </summary>
static class DestinationText
{
    /// <summary>Stand in answers where a secret is.</summary>
    public const string Stars = "***";

    /// <summary>What the store keeps of its settings.</summary>
    public static string Settings(Destination destination) =>
        Object(json => WriteSettings(json, destination, destination.Url.OriginalString));

    /// <summary>What the store keeps of its secrets.</summary>
    public static string Secrets(Destination destination) => Object(json =>
    {
        if (destination.SigningSecrets.Count > 0)
        {
            json.WriteStartArray("secrets");
            foreach (var secret in destination.SigningSecrets) json.WriteStringValue(SigningSecret.Text(secret));
            json.WriteEndArray();
        }
        if (destination.Headers.Count > 0)
        {
            json.WriteStartObject("headers");
            foreach (var (name, value) in destination.Headers) json.WriteString(name, value);
            json.WriteEndObject();
        }
        if (destination.Login is not { } login) return;
        json.WriteStartObject("nats");
        if (login.User is not null) json.WriteString("user", login.User);
        if (login.Password is not null) json.WriteString("password", login.Password);
        if (login.Token is not null) json.WriteString("token", login.Token);
        json.WriteEndObject();
    });

    /// <summary>The settings of a row, or what is wrong with them: a newer program may have written them.</summary>
    public static (Destination? Destination, string Fault) Read(DestinationRow row)
    {
        var faults = new List<SettingFault>();
        try
        {
            var given = DestinationReader.Read(row.Name, Whole(row), new(faults), rules: null);
            return (given?.Destination, string.Join("; ", faults.Select(f => $"{f.Name} {f.Fault}")));
        }
        catch (FormatException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>All that is kept of a destination, as somebody would have written it.</summary>
    /// <exception cref="FormatException">It is no JSON.</exception>
    public static ConfigValue Whole(DestinationRow row) => Merge(Parse(row.SettingsJson), Parse(row.SecretsJson));

    /// <summary>
    /// One object changed by another: an object is merged, the rest replaces. Null stands for what is usual.
    /// </summary>
    public static ConfigValue Merge(ConfigValue target, ConfigValue patch)
    {
        if (patch.Kind != JsonValueKind.Object) return patch;
        var members = target.Kind == JsonValueKind.Object ? target.Members.ToList() : [];
        foreach (var (name, value) in patch.Members)
        {
            var at = members.FindIndex(m => m.Name == name);
            if (at < 0) members.Add((name, value));
            else members[at] = (name, Merge(members[at].Value, value));
        }
        return patch with { Members = members };
    }

    /// <summary>The address as it may be shown: people put tokens into queries.</summary>
    public static string ShownUrl(Destination destination)
    {
        var (url, query) = (destination.Url.OriginalString, destination.Url.OriginalString.IndexOf('?'));
        return query < 0 ? url : $"{url[..query]}?{Stars}";
    }

    /// <summary>The members that are no secrets.</summary>
    public static void WriteShown(Utf8JsonWriter json, Destination destination) =>
        WriteSettings(json, destination, ShownUrl(destination));

    static void WriteSettings(Utf8JsonWriter json, Destination destination, string url)
    {
        json.WriteString("sink", DestinationWords.Sinks.Word(destination.Sink));
        json.WriteString("url", url);
        WriteFilter(json, destination.Filter);
        json.WriteString("body", DestinationWords.Bodies.Word(destination.Body));
        json.WriteNumber("timeout_seconds", destination.Timeout.TotalSeconds);
        json.WriteNumber("concurrency_limit", destination.ConcurrencyLimit);
        json.WriteNumber("rate_limit_per_second", destination.RateLimitPerSecond);
        json.WriteStartObject("retry");
        json.WriteNumber("first_seconds", destination.Retry.First.TotalSeconds);
        json.WriteNumber("longest_seconds", destination.Retry.Longest.TotalSeconds);
        json.WriteNumber("give_up_after_hours", destination.Retry.GiveUpAfter.TotalHours);
        json.WriteEndObject();
        json.WriteString("ordering", DestinationWords.Orderings.Word(destination.Ordering));
        if (destination.OrderingWait is { } wait) json.WriteNumber("ordering_wait_seconds", wait.TotalSeconds);
        if (destination.Sink == SinkKind.Nats) json.WriteString("subject", destination.Subject);
    }

    /// <summary>That there are secrets, and of which kind; never what they are.</summary>
    public static void WriteMasked(Utf8JsonWriter json, Destination destination)
    {
        json.WriteStartArray("secrets");
        foreach (var _ in destination.SigningSecrets) json.WriteStringValue(SigningSecret.Prefix + Stars);
        json.WriteEndArray();
        json.WriteStartObject("headers");
        foreach (var name in destination.Headers.Keys) json.WriteString(name, Stars);
        json.WriteEndObject();
        if (destination.Login is not { } login) return;
        json.WriteStartObject("nats");
        if (login.User is not null) json.WriteString("user", login.User);
        json.WriteString(login.Token is null ? "password" : "token", Stars);
        json.WriteEndObject();
    }

    static void WriteFilter(Utf8JsonWriter json, DestinationFilter filter)
    {
        json.WriteStartObject("filter");
        WriteList(json, "sources", filter.Sources);
        WriteList(json, "providers", filter.Providers);
        WriteList(json, "types", filter.Types);
        WriteList(json, "statuses", filter.Statuses);
        if (filter.Where is { } where)
        {
            json.WriteStartObject("where");
            json.WriteString("path", where.Path);
            json.WriteString("operator", where.Operator);
            if (where.Operator != "exists") json.WriteString("value", where.Value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> items)
    {
        if (items.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }

    static ConfigValue Parse(string json) => ConfigValue.Parse(Encoding.UTF8.GetBytes(json));

    static string Object(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JsonText.Encoder }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
