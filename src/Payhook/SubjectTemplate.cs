using System.Text;

namespace Payhook;

/// <summary>
/// Where an event is published: a text with places for what the event is. What comes from outside cannot make a
/// wildcard, a space or a subject of the server's own of it.
/// </summary>
static class SubjectTemplate
{
    const int ValueLimitChars = 200;

    /// <summary>What is wrong with a template; null: nothing.</summary>
    public static string? FaultOf(string template)
    {
        if (template.StartsWith('$')) return "begins with $, which is for the server itself";
        foreach (var token in template.Split('.'))
        {
            if (token.Length == 0) return "has nothing between two dots, or at an end";
            for (var i = 0; i < token.Length; i++)
            {
                if (token[i] == '{')
                {
                    var end = token.IndexOf('}', i);
                    var name = end < 0 ? "" : token[(i + 1)..end];
                    if (!DestinationWords.Placeholders.Contains(name))
                        return "has braces around what is not known; "
                            + Nearest.Hint(name, [.. DestinationWords.Placeholders]);
                    i = end;
                }
                else if (token[i] is <= ' ' or > '~' or '*' or '>' or '}')
                {
                    return "has a character that a subject cannot have";
                }
            }
        }
        return null;
    }

    /// <summary>The subject of one event.</summary>
    /// <param name="template">One without a fault.</param>
    /// <param name="source">The event's source.</param>
    /// <param name="provider">Its provider.</param>
    /// <param name="type">Its type, whose dots part tokens.</param>
    public static string Of(string template, string source, string provider, string type) => template
        .Replace("{source}", Token(source), StringComparison.Ordinal)
        .Replace("{provider}", Token(provider), StringComparison.Ordinal)
        .Replace("{type}", Tokens(type), StringComparison.Ordinal);

    static string Tokens(string text) => string.Join('.', Bounded(text).Split('.').Select(Token));

    static string Token(string text)
    {
        var token = new StringBuilder();
        foreach (var c in Bounded(text))
            token.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '/' ? c : '_');
        return token.Length == 0 ? "_" : token.ToString();
    }

    static string Bounded(string text) => text.Length <= ValueLimitChars ? text : text[..ValueLimitChars];
}
