using System.Buffers;
using System.Globalization;
using System.Text;

namespace Payhook;

/// <summary>
/// Texts from outside as values of headers: what a header cannot hold is written as in a URL, and so is the percent
/// sign. CloudEvents asks for the same, and for quotes too.
/// </summary>
static class PercentText
{
    static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not ('%' or '"'))]);

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain)) return text;
        var written = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)one)) written.Append((char)one);
            else written.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
        }
        return written.ToString();
    }
}
