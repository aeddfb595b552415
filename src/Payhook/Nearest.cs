namespace Payhook;

/// <summary>Finds what somebody probably meant: a slip is told together with the right word.</summary>
static class Nearest
{
    const int TextLimitChars = 64;

    /// <summary>The nearest of the words, where it is no more than <paramref name="limit"/> slips away.</summary>
    public static string? Find(string text, IEnumerable<string> words, int limit = 2)
    {
        string? nearest = null;
        if (text.Length > TextLimitChars) return null;
        foreach (var word in words)
        {
            if (Math.Abs(word.Length - text.Length) > limit) continue;
            var slips = Slips(text, word);
            if (slips > limit || slips >= word.Length) continue;
            (nearest, limit) = (word, slips - 1); // the next one has to be nearer
        }
        return nearest;
    }

    /// <summary>What to add to a fault: the nearest word where there is one, else all there are.</summary>
    public static string Hint(string text, IReadOnlyCollection<string> words) =>
        Find(text.ToLowerInvariant(), words) is { } nearest
            ? $"{nearest} is probably meant"
            : $"there are {string.Join(", ", words)}";

    /// <summary>
    /// Letters that are missing, too many or wrong; two that changed places are one slip, the commonest there is.
    /// </summary>
    static int Slips(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var isSame = a[i - 1] == b[j - 1];
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (isSame ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
