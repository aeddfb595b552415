using System.Text;

namespace Payhook.Providers;

/// <summary>What a part of a <see cref="HmacScheme.Template"/> stands for.</summary>
enum TemplatePartKind
{
    Text = 0,
    Body,
    Timestamp,
    Id,
    Url,
    Header,
}

/// <summary>One part of a template, taken apart once so that no request pays for it.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Text">The text itself, or the header's name.</param>
readonly record struct TemplatePart(TemplatePartKind Kind, string Text = "");

/// <summary>Takes templates of signed text apart.</summary>
static class SignedTemplate
{
    /// <summary>The most parts, because every one may be a header of 4096 characters.</summary>
    public const int PartsLimit = 16;

    /// <returns>The template's faults; none where the parts can be used.</returns>
    public static IReadOnlyList<string> Read(string? template, out IReadOnlyList<TemplatePart> parts)
    {
        parts = [];
        if (template is null || template.Length > HmacScheme.TextLimitChars)
            return ["The template is absent or longer than 255 characters."];
        var found = new List<TemplatePart>();
        var faults = new List<string>();
        for (var rest = template; rest.Length > 0;)
        {
            var start = rest.IndexOfAny(['{', '}']);
            if (start != 0) found.Add(new(TemplatePartKind.Text, start < 0 ? rest : rest[..start]));
            if (start < 0) break;
            var end = rest.IndexOf('}');
            if (rest[start] == '}' || end < 0) return ["The template has a brace without its other."];
            var name = rest[(start + 1)..end];
            if (Placeholder(name) is { } part) found.Add(part);
            else faults.Add($"The template has the unknown placeholder {{{name}}}.");
            rest = rest[(end + 1)..];
        }
        if (found.Count(p => p.Kind == TemplatePartKind.Body) != 1)
            faults.Add("The template must have {body} once: what is not signed can be changed by anybody.");
        if (found.Count > PartsLimit) faults.Add($"The template has more than {PartsLimit} parts.");
        parts = found;
        return faults;
    }

    /// <summary>Tells whether a text can be the name of a header, by RFC 9110.</summary>
    public static bool IsHeaderName(string? name)
    {
        if (name is null || name.Length is 0 or > HmacScheme.TextLimitChars) return false;
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"!#$%&'*+-.^_`|~".Contains(letter)) return false;
        }
        return true;
    }

    static TemplatePart? Placeholder(string name) => name switch
    {
        "body" => new(TemplatePartKind.Body),
        "timestamp" => new(TemplatePartKind.Timestamp),
        "id" => new(TemplatePartKind.Id),
        "url" => new(TemplatePartKind.Url),
        _ when name.StartsWith("header:", StringComparison.Ordinal) && IsHeaderName(name[7..]) =>
            new(TemplatePartKind.Header, name[7..]),
        _ => null,
    };

    /// <summary>The parts around the body as bytes; <see langword="null"/> where a value is absent.</summary>
    /// <param name="parts">The template's parts.</param>
    /// <param name="value">Gives a part's value.</param>
    public static (byte[] Before, byte[] After)? Fill(
        IReadOnlyList<TemplatePart> parts, Func<TemplatePart, string?> value)
    {
        var (before, after) = (new StringBuilder(), new StringBuilder());
        var target = before;
        foreach (var part in parts)
        {
            if (part.Kind == TemplatePartKind.Body) target = after;
            else if (part.Kind == TemplatePartKind.Text) target.Append(part.Text);
            else if (value(part) is { Length: > 0 } text) target.Append(text);
            else return null;
        }
        return (Encoding.UTF8.GetBytes(before.ToString()), Encoding.UTF8.GetBytes(after.ToString()));
    }
}
