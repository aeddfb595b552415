namespace Payhook;

/// <summary>What a consumer can be called: it stands in addresses, and people read it.</summary>
static class ConsumerName
{
    public const int LimitChars = 64;

    /// <summary>Lower-case letters, digits and hyphens, as in the names of sources.</summary>
    public static bool IsOne(string name) =>
        name.Length is > 0 and <= LimitChars && name[0] != '-'
        && name.All(c => c is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9'));
}
