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
        var cursor = new Cursor(text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF'));
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
        if (name.StartsWith("export ", StringComparison.Ordinal)) name = name[7..].TrimStart();
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')
            || char.IsAsciiDigit(name[0]))
            throw cursor.Fault("is no NAME=value");
        if (!cursor.TryTake('=')) return (name, null);
        cursor.TakeWhile(c => c is ' ' or '\t');
        var value = cursor.Peek() switch
        {
            '\'' => ReadQuoted(cursor, '\''),
            '"' => ReadQuoted(cursor, '"'),
            _ => ReadBare(cursor),
        };
        return (name, value);
    }

    static string ReadBare(Cursor cursor)
    {
        var value = cursor.TakeWhile(c => c != '\n');
        for (var hash = value.IndexOf('#'); hash >= 0; hash = value.IndexOf('#', hash + 1))
        {
            if (hash > 0 && !char.IsWhiteSpace(value[hash - 1])) continue; // abc#def holds no comment
            value = value[..hash];
            break;
        }
        return Unexpanded(value.TrimEnd(), cursor);
    }

    static string ReadQuoted(Cursor cursor, char quote)
    {
        var open = cursor.Fault($"opens a {quote} that is never closed");
        cursor.TryTake(quote);
        var value = new StringBuilder();
        while (cursor.Peek() is var c && c != quote)
        {
            if (c == Cursor.End) throw open;
            cursor.TryTake(c);
            if (c == '\\' && Unescape(cursor.Peek(), quote) is { } escaped)
            {
                cursor.TryTake(cursor.Peek());
                c = escaped;
            }
            value.Append(c);
        }
        cursor.TryTake(quote);
        var rest = cursor.TakeWhile(c => c != '\n').TrimStart();
        if (rest.Length > 0 && rest[0] != '#') throw cursor.Fault("goes on after its closing quote");
        var text = value.ToString();
        return quote == '"' ? Unexpanded(text, cursor) : text;
    }

    static char? Unescape(char c, char quote) => c switch
    {
        '\\' or '\'' => c,
        '"' when quote == '"' => c,
        'n' when quote == '"' => '\n',
        'r' when quote == '"' => '\r',
        't' when quote == '"' => '\t',
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
        public const char End = '\uFFFF';
        int _position;

        public char Peek() => _position < text.Length ? text[_position] : End;

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

        /// <summary>Moves past white space and comments; false at the end.</summary>
        public bool SkipToContent()
        {
            TakeWhile(char.IsWhiteSpace);
            while (Peek() == '#')
            {
                TakeWhile(c => c != '\n');
                TakeWhile(char.IsWhiteSpace);
            }
            return _position < text.Length;
        }

        public FormatException Fault(string fault) =>
            new($"line {1 + text.AsSpan(0, _position).Count('\n')} {fault}");
    }
}
