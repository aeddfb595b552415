using System.Text;

namespace Payhook;

/// <summary>
/// Reads a <c>.env</c> file by the rules of python-dotenv, which read the files of the listener that came before; a
/// line that cannot be read is an error with its number, because a secret cut short in silence refuses every delivery.
/// </summary>
static class EnvFile
{
    public const int LimitBytes = 64 * 1024;

    /// <summary>Reads a file; one that is not there is empty.</summary>
    /// <exception cref="FormatException">With the line and its fault, never with its value.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        if (!File.Exists(path)) return new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (new FileInfo(path).Length > LimitBytes) throw new FormatException($"is larger than {LimitBytes} bytes");
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException("is there and cannot be read", e);
        }
    }

    /// <summary>Parses the text of a file; of a name that comes twice, the last counts.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        // Every kind of line end is one, also inside quotes: files are read as text.
        var cursor = new Cursor(text.TrimStart('\uFEFF').Replace("\r\n", "\n").Replace('\r', '\n'));
        while (cursor.SkipToContent())
        {
            var (name, value) = ReadVariable(cursor);
            if (value is not null) variables[name] = value;
        }
        return variables;
    }

    static (string Name, string? Value) ReadVariable(Cursor cursor)
    {
        var name = cursor.TakeWhile(c => c is not ('=' or '\n' or '#')).TrimEnd();
        if (name.StartsWith("export", StringComparison.Ordinal) && name.Length > 6 && char.IsWhiteSpace(name[6]))
            name = name[6..].TrimStart();
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')
            || char.IsAsciiDigit(name[0]))
            throw cursor.Fault("is no NAME=value");
        if (!cursor.TryTake('=')) return (name, null);
        var gap = cursor.TakeWhile(c => c is ' ' or '\t');
        var value = cursor.Peek() switch
        {
            '\'' => ReadQuoted(cursor, '\''),
            '"' => ReadQuoted(cursor, '"'),
            _ => ReadBare(gap, cursor),
        };
        return (name, value);
    }

    static string ReadBare(string gap, Cursor cursor)
    {
        var value = gap + cursor.TakeLine();
        for (var hash = value.IndexOf('#'); hash >= 0; hash = value.IndexOf('#', hash + 1))
        {
            if (hash == 0 || !char.IsWhiteSpace(value[hash - 1])) continue; // abc#def holds no comment
            value = value[..hash];
            break;
        }
        return Unexpanded(value.Trim(), cursor);
    }

    static string ReadQuoted(Cursor cursor, char quote)
    {
        var open = cursor.Fault($"opens a {quote} that is never closed");
        cursor.TryTake(quote);
        var value = new StringBuilder();
        while (!cursor.TryTake(quote))
        {
            var c = cursor.Take() ?? throw open;
            if (c == '\\' && Unescape(cursor.Peek(), quote) is { } escaped)
            {
                cursor.Take();
                c = escaped;
            }
            value.Append(c);
        }
        var rest = cursor.TakeLine().TrimStart();
        if (rest.Length > 0 && rest[0] != '#') throw cursor.Fault("goes on after its closing quote");
        var text = value.ToString();
        return quote == '"' ? Unexpanded(text, cursor) : text;
    }

    static char? Unescape(char? c, char quote) => c switch
    {
        '\\' or '\'' => c,
        '"' when quote == '"' => c,
        'n' when quote == '"' => '\n',
        'r' when quote == '"' => '\r',
        't' when quote == '"' => '\t',
        'a' when quote == '"' => '\a',
        'b' when quote == '"' => '\b',
        'f' when quote == '"' => '\f',
        'v' when quote == '"' => '\v',
        _ => null,
    };

    /// <summary>Taken literally, a reference or a command would become a wrong secret.</summary>
    static string Unexpanded(string value, Cursor cursor)
    {
        foreach (var opening in new[] { "${", "$(" })
        {
            if (value.Contains(opening, StringComparison.Ordinal))
                throw cursor.Fault($"holds {opening}…, which is not expanded here; write the value, in single quotes");
        }
        return value;
    }

    /// <summary>A place in the text that knows its line.</summary>
    sealed class Cursor(string text)
    {
        int _position;

        public char? Peek() => _position < text.Length ? text[_position] : null;

        public char? Take() => _position < text.Length ? text[_position++] : null;

        public bool TryTake(char c)
        {
            if (_position >= text.Length || text[_position] != c) return false;
            _position++;
            return true;
        }

        public string TakeWhile(Func<char, bool> condition)
        {
            var start = _position;
            while (_position < text.Length && condition(text[_position])) _position++;
            return text[start.._position];
        }

        public string TakeLine() => TakeWhile(c => c != '\n');

        /// <summary>Moves past white space and comments; false at the end.</summary>
        public bool SkipToContent()
        {
            TakeWhile(char.IsWhiteSpace);
            while (Peek() == '#')
            {
                TakeLine();
                TakeWhile(char.IsWhiteSpace);
            }
            return _position < text.Length;
        }

        public FormatException Fault(string fault) =>
            new($"line {1 + text.AsSpan(0, _position).Count('\n')} {fault}");
    }
}
