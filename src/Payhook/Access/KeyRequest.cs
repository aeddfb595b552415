using System.Text.Json;

namespace Payhook.Access;

/// <summary>What a new key shall be. A member that is not known refuses: a misspelt expiry expires nothing.</summary>
sealed record KeyRequest(string Name, Scopes Scopes, int? ExpiresInDays)
{
    public const int BodyLimitBytes = 4096;

    /// <summary>Reads a body; <see langword="null"/> where no key can be made of it.</summary>
    public static KeyRequest? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new() { MaxDepth = 3, AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object ? Read(json.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; half a character
        {
            return null;
        }
    }

    static KeyRequest? Read(JsonElement body)
    {
        var (name, scopes, days, isRight) = ("", Scopes.None, (int?)null, true);
        foreach (var member in body.EnumerateObject())
        {
            var value = member.Value;
            switch (member.Name)
            {
                case "name" when value.ValueKind == JsonValueKind.String:
                    name = value.GetString()!;
                    break;
                case "scopes" when value.ValueKind == JsonValueKind.Array:
                    foreach (var scope in value.EnumerateArray()) isRight &= TryAdd(scope, ref scopes);
                    break;
                case "expires_in_days" when value.ValueKind == JsonValueKind.Null:
                    break;
                case "expires_in_days" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count):
                    isRight &= count is >= 1 and <= ApiKey.ExpiryLimitDays;
                    days = count;
                    break;
                default:
                    return null;
            }
        }
        return isRight && scopes != Scopes.None && ApiKey.IsName(name) ? new(name, scopes, days) : null;
    }

    static bool TryAdd(JsonElement word, ref Scopes scopes)
    {
        var scope = word.ValueKind == JsonValueKind.String ? ScopeWords.Find(word.GetString()!) : Scopes.None;
        scopes |= scope;
        return scope != Scopes.None;
    }
}
