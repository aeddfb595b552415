using System.Text;
using CsCheck;

namespace Payhook.Tests;

/// <summary>
/// The .env file of the listener that came before must mean the same here, and a line that cannot be read must be told:
/// a secret cut short in silence refuses every delivery.
/// </summary>
public sealed class EnvFileTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("A=", "")]
    [InlineData("A = 1 ", "1")]
    [InlineData("  A=1\t", "1")]
    [InlineData("export A=1", "1")]
    [InlineData("export\tA=1", "1")]
    [InlineData("\uFEFFA=1", "1")]
    [InlineData("A=one two", "one two")]
    [InlineData("A=one # a comment", "one")]
    [InlineData("A=one\t# a comment # and more", "one")]
    [InlineData("A=one#two", "one#two")]
    [InlineData("A=one#two #three", "one#two")]
    [InlineData("A=#one", "#one")]
    [InlineData("A= # a comment", "")]
    [InlineData("A=x=y==", "x=y==")]
    [InlineData("A=it's", "it's")]
    [InlineData("A=say \"hi\"", "say \"hi\"")]
    [InlineData("A=\\n", "\\n")]
    [InlineData("A=$B", "$B")]
    [InlineData("A=sqlite:////a.db", "sqlite:////a.db")]
    public void Reads_a_bare_value(string text, string value) => Assert.Equal(value, EnvFile.Parse(text)["A"]);

    [Theory]
    [InlineData("""A="one" """, "one")]
    [InlineData("""A="" """, "")]
    [InlineData("""A=" one # two " # a comment""", " one # two ")]
    [InlineData("""A="one"# a comment""", "one")]
    [InlineData("""A="\n\r\t\\\"\'" """, "\n\r\t\\\"'")]
    [InlineData("""A="\a\b\f\v" """, "\a\b\f\v")]
    [InlineData("""A="\x\1\$\ " """, "\\x\\1\\$\\ ")]
    [InlineData("""A="it's" """, "it's")]
    [InlineData("A=\"one\ntwo\"", "one\ntwo")]
    [InlineData("A=\"one\r\ntwo\"\r\n", "one\ntwo")]
    public void Reads_a_value_in_double_quotes(string text, string value) =>
        Assert.Equal(value, EnvFile.Parse(text)["A"]);

    [Theory]
    [InlineData("A='one'", "one")]
    [InlineData("A=''", "")]
    [InlineData("A=' one # two ' # a comment", " one # two ")]
    [InlineData("A='it\\'s \\\\'", "it's \\")]
    [InlineData("A='\\n\\t\\\"'", "\\n\\t\\\"")]
    [InlineData("A='say \"hi\"'", "say \"hi\"")]
    [InlineData("A='one\ntwo'", "one\ntwo")]
    [InlineData("A='${B}'", "${B}")]
    public void Reads_a_value_in_single_quotes(string text, string value) =>
        Assert.Equal(value, EnvFile.Parse(text)["A"]);

    [Theory]
    [InlineData("A=1\nB=2\n")]
    [InlineData("A=1\r\nB=2\r\n")]
    [InlineData("A=1\rB=2\r")]
    [InlineData("# first\n\nA=1 # one\n  # between\n\nexport B=2\n# last")]
    [InlineData("A='1'\nB=\"2\"")]
    [InlineData("A=0\nB=2\nA=1")]
    [InlineData("A=1\nB=2\nC\nexport D # no value")]
    public void Reads_line_after_line(string text) => Assert.Equal(
        [("A", "1"), ("B", "2")], EnvFile.Parse(text).Select(v => (v.Key, v.Value)).Order());

    [Fact]
    public void Reads_nothing_from_nothing()
    {
        foreach (var text in new[] { "", "\n\n", " \t", "# A=1", "\uFEFF", "#" }) Assert.Empty(EnvFile.Parse(text));
        Assert.Empty(EnvFile.Read(Path.Combine(Path.GetTempPath(), $"payhook-{Guid.NewGuid():N}")));
    }

    [Fact]
    public void Takes_names_as_they_are_written()
    {
        var read = EnvFile.Parse("a_1.B=x\nA=1\na=2");
        Assert.Equal(("x", "1", "2"), (read["a_1.B"], read["A"], read["a"]));
    }

    [Theory]
    [InlineData("=1", 1)]
    [InlineData("A=1\n1B=2", 2)]
    [InlineData("A=1\n\n# comment\nB C=2", 4)]
    [InlineData("A=1\r\nB C\r\n", 2)]
    [InlineData("A=1\n\"B\"=2", 2)]
    [InlineData("A=\"one", 1)]
    [InlineData("A=1\nB='two\nC=3\n", 2)]
    [InlineData("A=1\nB=\"two\\\"", 2)]
    [InlineData("A=\"one\" two", 1)]
    [InlineData("A='o\nn\ne'\nB='two'three", 4)]
    [InlineData("A=1\nB=${A}", 2)]
    [InlineData("A=1\nB=\"x${A}\"", 2)]
    [InlineData("A: 1", 1)]
    public void Tells_the_line_that_it_cannot_read(string text, int line)
    {
        var fault = Assert.Throws<FormatException>(() => EnvFile.Parse(text));
        Assert.StartsWith($"line {line} ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A=\"hunter2")]
    [InlineData("A='hunter2' x")]
    [InlineData("A=hunter2${B}")]
    [InlineData("A B=hunter2")]
    [InlineData("hunter2!")]
    public void Never_tells_a_value(string text) => Assert.DoesNotContain(
        "hunter2", Assert.Throws<FormatException>(() => EnvFile.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Reads_a_file_up_to_its_limit()
    {
        var path = Path.Combine(Path.GetTempPath(), $"payhook-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(path, "A=1 # " + new string('x', EnvFile.LimitBytes - 6));
            Assert.Equal("1", EnvFile.Read(path)["A"]);
            File.AppendAllText(path, "x");
            Assert.Throws<FormatException>(() => EnvFile.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Reads_back_any_value_written_in_double_quotes() => AnyText.Sample(value =>
    {
        var read = EnvFile.Parse($"BEFORE=1\nA={Quoted(value)} # a comment\nAFTER=2");
        Assert.Equal(("1", value, "2"), (read["BEFORE"], read["A"], read["AFTER"]));
    }, iter: 10_000);

    [Fact]
    public void Reads_back_any_value_written_in_single_quotes() => AnyText.Sample(value =>
    {
        value = value.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "\\'", StringComparison.Ordinal);
        Assert.Equal(value, EnvFile.Parse($"A='{escaped}'\n")["A"]);
    }, iter: 10_000);

    [Fact]
    public void Reads_any_text_or_refuses_it_with_a_format_exception_alone()
    {
        string[] pieces =
        [
            "A", "export ", "=", "'", "\"", "\\", "\\n", "#", " ", "\t", "\n", "\r\n", "\r", "${", "}", "1",
            "\uFEFF", "\uFFFF", "é", "\0", "\u2028", "-", ".", "WEBHOOK_SECRET=",
        ];
        var nearly = Gen.OneOf<string>(pieces).Array[0, 30].Select(string.Concat);
        Gen.OneOf<string>(nearly, AnyText).Sample(text =>
        {
            try
            {
                foreach (var (name, value) in EnvFile.Parse(text))
                {
                    Assert.NotEmpty(name);
                    Assert.NotNull(value);
                }
            }
            catch (FormatException e)
            {
                Assert.StartsWith("line ", e.Message, StringComparison.Ordinal);
            }
        }, iter: 30_000);
    }

    /// <summary>Text with all that has a meaning in the file, but <c>${</c>, which is refused.</summary>
    static Gen<string> AnyText { get; } = Gen.OneOf<char>(Gen.Char, Gen.Char["'\"\\#=\n\r\t ${}ntr\uFFFF\uFEFF"])
        .Array[0, 40].Select(chars => new string([.. chars.Where(c => c is not ('{' or '('))]));

    static string Quoted(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            quoted.Append(c switch
            {
                '\\' => "\\\\",
                '"' => "\\\"",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }
}
