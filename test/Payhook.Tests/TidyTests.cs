using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Payhook.Providers;

namespace Payhook.Tests;

/// <summary>The repository checks itself: what a reviewer would have to look for again, a test finds.</summary>
public sealed partial class TidyTests
{
    const int LineLimitChars = 120, FileLimitLines = 400, MethodLimitLines = 70;

    /// <summary>Which folders of src/Payhook each folder may know. The nouns beside them are everybody's.</summary>
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Store"] = ["Payments", "Attention"],
        ["Attention"] = ["Payments", "Providers"],
        ["Stats"] = ["Store", "Providers"],
        ["Access"] = ["Store", "Providers"],
        ["Receive"] = ["Store", "Providers", "Ops", "Stats"],
        ["Query"] = ["Store", "Payments", "Attention", "Providers", "Stats", "Mock"],
        ["Mock"] = ["Providers"],
        ["Reference"] = ["Attention", "Store", "Query", "Access", "Stats", "Payments", "Providers"],
        ["Payments"] = ["Providers"],
        ["Forward"] = ["Store", "Payments", "Providers"],
        ["Dashboard"] = [],
        ["Outside"] = ["Providers"],
        ["Ops"] = ["Store"],
        ["Cli"] =
        [
            "Store", "Providers", "Ops", "Receive", "Query", "Payments", "Attention", "Forward", "Dashboard", "Outside",
            "Reference", "Access", "Mock",
        ],
    };

    /// <summary>The nouns know providers; the settings know stores; one file knows everybody.</summary>
    static readonly Dictionary<string, string[]> ArrowsOfNouns = new()
    {
        ["PayhookApp.cs"] = [.. Arrows.Keys, "Providers"],
        ["Program.cs"] = ["Cli"],
        ["Settings.cs"] = ["Providers", "Store"],
        ["SettingReader.cs"] = ["Providers", "Store"],
        ["DestinationFilterReader.cs"] = ["Payments", "Providers"],
        ["DestinationText.cs"] = ["Store"],
        ["Receipt.cs"] = ["Payments"],
        ["Receipts.cs"] = ["Payments", "Providers"],
    };

    /// <summary>What Receive may use of Ops: how a request is logged, and nothing else.</summary>
    const string LogTypesFile = "RequestLog.cs";

    /// <summary>A provider's part that needs more than the base class library; users see one namespace.</summary>
    const string Ed25519Library = "Payhook.Providers.Ed25519";

    /// <summary>Put together here, so that this file does not hold what it looks for.</summary>
    static readonly string[] BannedWords =
    [
        "/wo" + "rk/", "../sha" + "red", "/ro" + "ot/", "api.nu" + "get.org", "registry.npm" + "js.org",
        "pypi" + ".org", "deb.debian" + ".org", "proxy.golang" + ".org",
    ];

    [Fact]
    public void Keeps_lines_short() => AssertNone(
        from file in CodeFiles("src", "test", "bench", "fuzz")
        from line in file.Lines.Select((text, i) => (text.Length, Number: i + 1))
        where line.Length > LineLimitChars
        select $"{file.Path}:{line.Number} has {line.Length} characters");

    [Fact]
    public void Keeps_files_short() => AssertNone(
        from file in CodeFiles("src", "test", "bench", "fuzz")
        where file.Lines.Length > FileLimitLines
        select $"{file.Path} has {file.Lines.Length} lines");

    [Fact]
    public void Keeps_methods_short() => AssertNone(
        from file in CodeFiles("src", "test", "bench", "fuzz")
        from body in Bodies(file.Lines)
        where body.LineCount > MethodLimitLines
        select $"{file.Path}:{body.Line} has a body of {body.LineCount} lines");

    [Theory]
    [InlineData("    public static async Task<int> F(int a)\n    {\n*    }", 71)]
    [InlineData("    static void F<T>(\n        int a = 1,\n        T b)\n        where T : class\n    {\n*    }", 71)]
    [InlineData("    F(int a)\n        : base(a)\n    {\n*    }", 71)]
    [InlineData("    int P\n    {\n        get\n        {\n*        }\n    }", 71)]
    [InlineData("    static int F(int a) => a switch\n    {\n*    };", 74)]
    [InlineData("    static int F(int a) =>\n*        1;", 73)]
    [InlineData("    static int F(int a)\n        => a\n*        + 1;", 74)]
    [InlineData("sealed class A(int a)\n{\n*}", 0)]
    [InlineData("readonly record struct A(\n    int B)\n{\n*}", 0)]
    [InlineData("    enum A\n    {\n*    }", 0)]
    [InlineData("        if (a)\n        {\n*        }", 0)]
    [InlineData("        foreach (var a in b)\n        {\n*        }", 0)]
    [InlineData("        x();\n        {\n*        }", 0)]
    public void Sees_how_long_a_method_is(string code, int lineCount)
    {
        var body = string.Concat(Enumerable.Repeat("            a();\n", 71));
        var lines = code.Replace("*", body, StringComparison.Ordinal).Split('\n');
        Assert.Equal(lineCount, Bodies(lines).Select(b => b.LineCount).DefaultIfEmpty().Max());
    }

    [Fact]
    public void Leaves_no_marks_of_work_to_do_and_no_regions() => AssertNone(
        from file in CodeFiles("src", "test", "bench", "fuzz")
        from line in file.Lines.Select((text, i) => (Text: text, Number: i + 1))
        where UnfinishedWork().IsMatch(line.Text)
        select $"{file.Path}:{line.Number} holds {line.Text.Trim()}");

    [Fact]
    public void Says_what_each_type_is_for() => AssertNone(
        from file in CodeFiles("src")
        from line in TypesWithoutSummary(file.Lines)
        select $"{file.Path}:{line} has no summary");

    [Fact]
    public void Sees_a_type_without_a_summary()
    {
        string[] lines =
        [
            "/// <summary>One.</summary>", "[Flags]", "public enum A;", "", "sealed partial class B(int x);",
            "/// <param/>", "readonly ref struct C;", "/// <summary>", "/// Two.", "/// </summary>",
            "internal static class D;",
        ];
        Assert.Equal([5, 7], TypesWithoutSummary(lines));
    }

    [Fact]
    public void Keeps_the_arrows_between_folders() => AssertNone(
        from file in CodeFiles("src/Payhook")
        from breach in Breaches(file.Path, file.Lines)
        select $"{file.Path} knows {breach}");

    [Theory]
    [InlineData("src/Payhook/Receive/A.cs", "using Payhook.Query;", "Query")]
    [InlineData("src/Payhook/Receive/A.cs", "x = new Forward.Dispatcher();", "Forward")]
    [InlineData("src/Payhook/Forward/A.cs", "using static Payhook.Receive.Intake;", "Receive")]
    [InlineData("src/Payhook/Store/A.cs", "using Payhook.Ops;", "Ops")]
    [InlineData("src/Payhook/Query/A.cs", "Payhook.Receive.Intake x;", "Receive")]
    [InlineData("src/Payhook/Access/A.cs", "using Payhook.Query;", "Query")]
    [InlineData("src/Payhook/Query/A.cs", "using Payhook.Access;", "Access")]
    [InlineData("src/Payhook/Ops/A.cs", "using Payhook.Receive;", "Receive")]
    [InlineData("src/Payhook/Source.cs", "using Payhook.Store;", "Store")]
    [InlineData("src/Payhook/Receive/A.cs", "new HealthApi(x)", "HealthApi")]
    [InlineData("src/Payhook/Receive/A.cs", "using Payhook.Store; // not Payhook.Query", null)]
    [InlineData("src/Payhook/Query/A.cs", "context.Request.Query.Count; a.Receive.B", null)]
    [InlineData("src/Payhook/PayhookApp.cs", "using Payhook.Receive;", null)]
    [InlineData("src/Payhook/Cli/A.cs", "using Payhook.Ops;", null)]
    public void Sees_an_arrow_that_should_not_be(string path, string line, string? breach) =>
        Assert.Equal(breach is null ? [] : [breach], Breaches(path, [line]));

    [Fact]
    public void Keeps_the_provider_library_free_of_everything_but_the_base_class_library() => Assert.All(
        typeof(Provider).Assembly.GetReferencedAssemblies(),
        a => Assert.True(a.Name!.StartsWith("System.", StringComparison.Ordinal), $"{a.Name} is referenced"));

    [Fact]
    public void Keeps_BouncyCastle_to_the_one_library_that_is_for_it()
    {
        Assert.Equal(
            ["BouncyCastle.Cryptography", "Payhook.Providers"],
            typeof(Ed25519).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
                .Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Order());
        Assert.DoesNotContain(
            typeof(PayhookApp).Assembly.GetReferencedAssemblies(), a => a.Name == "BouncyCastle.Cryptography");
    }

    [Fact]
    public void Puts_every_file_where_it_belongs()
    {
        foreach (var file in CodeFiles("src"))
        {
            var parts = file.Path.Split('/');
            var folder = parts is ["src", "Payhook", var inner, _] ? inner : null;
            Assert.True(parts is ["src", "Payhook.Providers" or Ed25519Library, _] or ["src", "Payhook", _]
                || (folder is not null && Arrows.ContainsKey(folder)), $"{file.Path} is in no known folder");
            var project = parts[1] == Ed25519Library ? "Payhook.Providers" : parts[1];
            var expected = $"namespace {project}{(folder is null ? "" : "." + folder)};";
            Assert.True(parts[^1] == "Program.cs" || file.Lines.Contains(expected), $"{file.Path} lacks '{expected}'");
        }
    }

    [Fact]
    public void Mentions_nothing_of_the_machine_that_it_was_written_on() => AssertNone(
        from path in Repository.TextFiles()
        from word in BannedWordsIn(File.ReadAllText(path))
        select $"{Repository.Relative(path)} holds {word}");

    [Fact]
    public void Sees_a_banned_word()
    {
        foreach (var word in BannedWords) Assert.Equal([word], BannedWordsIn($"see {word.ToUpperInvariant()}x"));
        Assert.Empty(BannedWordsIn("it is shared by all; work goes on"));
    }

    [Theory]
    [InlineData("// TO", "DO: later")]
    [InlineData("    #regi", "on Fields")]
    [InlineData("x(); // HA", "CK")]
    [InlineData("FIX", "ME")]
    public void Sees_a_mark_of_work_to_do(string start, string end) => Assert.Matches(UnfinishedWork(), start + end);

    [Fact]
    public void Finds_the_files_that_it_looks_at()
    {
        var files = Repository.TextFiles().Select(Repository.Relative).ToHashSet();
        string[] known = ["README.md", "DOCS.md", "src/Payhook/PayhookApp.cs", "src/Payhook/Payhook.csproj", "test.sh"];
        Assert.Superset(known.ToHashSet(), files);
        Assert.DoesNotContain(files, f => f.Split('/').Intersect(["obj", "artifacts", ".git"]).Any());
        Assert.True(CodeFiles("src").Count() > 30);
    }

    static void AssertNone(IEnumerable<string> faults)
    {
        var list = faults.ToList();
        Assert.True(list.Count == 0, string.Join('\n', list));
    }

    static IEnumerable<string> BannedWordsIn(string text) =>
        BannedWords.Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Bodies of methods, accessors and local functions, by their braces and indents.</summary>
    static IEnumerable<(int Line, int LineCount)> Bodies(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() == "{" && HeadOf(lines, i) is { } head && IsMethod(head.Text))
            {
                var indent = Indent(lines[i]);
                var end = Array.FindIndex(lines, i + 1, l => Indent(l) == indent && l.TrimStart().StartsWith('}'));
                yield return (head.Line + 1, (end < 0 ? lines.Length : end) - i - 1);
            }
            else if (IsExpression(lines, i))
            {
                var end = i + 1;
                while (end < lines.Length && GoesOn(lines[i], lines[end])) end++;
                yield return (i + 1, end - i);
            }
        }
    }

    static bool GoesOn(string head, string line) =>
        Indent(line) > Indent(head) || (Indent(line) == Indent(head) && line.TrimStart() is ['{' or '}', ..]);

    /// <summary>The statement that a brace belongs to: the nearest line above with its indent and the rest.</summary>
    static (int Line, string Text)? HeadOf(string[] lines, int brace)
    {
        var start = brace - 1;
        while (start >= 0 && (lines[start].Trim().Length == 0 || Indent(lines[start]) > Indent(lines[brace]))) start--;
        if (start < 0 || Indent(lines[start]) < Indent(lines[brace])) return null;
        return (start, string.Join(' ', lines[start..brace].Select(l => l.Trim())));
    }

    static bool IsMethod(string head) =>
        Accessor().IsMatch(head)
        || (head.Contains('(', StringComparison.Ordinal) && !Statement().IsMatch(head) && !Declaration().IsMatch(head)
            && head[^1] is not (';' or '{' or '}'));

    static bool IsExpression(string[] lines, int i)
    {
        var line = lines[i].TrimEnd();
        return line.Contains('(', StringComparison.Ordinal)
            && (line.Contains(") =>", StringComparison.Ordinal)
                || (i + 1 < lines.Length && lines[i + 1].TrimStart().StartsWith("=>", StringComparison.Ordinal)));
    }

    static int Indent(string line) => line.Length - line.TrimStart().Length;

    static IEnumerable<int> TypesWithoutSummary(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!Declaration().IsMatch(lines[i])) continue;
            var above = lines.Take(i).Reverse().TakeWhile(l => l is ['/', '/', '/', ..] or ['[', ..]);
            if (!above.Any(l => l.Contains("<summary>", StringComparison.Ordinal))) yield return i + 1;
        }
    }

    static IEnumerable<string> Breaches(string path, string[] lines)
    {
        var parts = path.Split('/');
        var folder = parts.Length == 4 ? parts[2] : null;
        var allowed = folder is null ? ArrowsOfNouns.GetValueOrDefault(parts[^1], ["Providers"]) : Arrows[folder];
        var code = string.Join('\n', lines.Select(l => NotCode().Replace(l, "")));
        foreach (var known in Arrows.Keys.Append("Providers").Where(f => f != folder && !allowed.Contains(f)))
        {
            if (Regex.IsMatch(code, $@"\bPayhook\.{known}\b|(?<![\w.]){known}\.[A-Z]")) yield return known;
        }
        if (folder != "Receive") yield break;
        foreach (var type in OpsTypes.Value)
        {
            if (Regex.IsMatch(code, $@"\b{type}\b")) yield return type;
        }
    }

    /// <summary>The types of Ops that are not about logging a request.</summary>
    static readonly Lazy<string[]> OpsTypes = new(() => [.. CodeFiles("src/Payhook/Ops")
        .Where(f => !f.Path.EndsWith(LogTypesFile, StringComparison.Ordinal))
        .SelectMany(f => f.Lines).Select(l => Declaration().Match(l)).Where(m => m.Success)
        .Select(m => m.Groups["name"].Value)]);

    static IEnumerable<(string Path, string[] Lines)> CodeFiles(params string[] folders) => folders
        .SelectMany(folder => Repository.TextFiles(Path.Combine(Repository.Root, folder)))
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
        .Select(path => (Repository.Relative(path), File.ReadAllLines(path)));

    [GeneratedRegex("^(public |internal |private |protected |sealed |static |abstract |readonly |partial |ref |file )*"
        + @"(class|struct|interface|enum|record struct|record class|record|delegate \S+) (?<name>\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^(if|else|for|foreach|while|switch|using|lock|try|catch|finally|do|fixed|unsafe|return|case)\b")]
    private static partial Regex Statement();

    [GeneratedRegex(@"^(private |protected |internal )?(get|set|init|add|remove)$")]
    private static partial Regex Accessor();

    [GeneratedRegex("(?<!:)//.*$|^namespace .*")]
    private static partial Regex NotCode();

    [GeneratedRegex("#regi" + @"on\b|\bTO" + @"DO\b|\bFIX" + @"ME\b|\bHA" + @"CK\b")]
    private static partial Regex UnfinishedWork();
}

/// <summary>Where the repository lies that these tests were built from.</summary>
static class Repository
{
    static readonly string[] SkippedFolders = [".git", "artifacts", "bin", "obj", "node_modules"];

    public static string Root { get; } = Find(AppContext.BaseDirectory) ?? Find(SourceFolder())
        ?? throw new InvalidOperationException("Payhook.slnx is in no folder above the tests");

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Every file a person wrote, without what was built.</summary>
    public static IEnumerable<string> TextFiles() => TextFiles(Root);

    public static IEnumerable<string> TextFiles(string folder)
    {
        // In a second worktree .git is a file.
        var files = Directory.EnumerateFiles(folder).Where(f => !SkippedFolders.Contains(Path.GetFileName(f)))
            .Where(f => !File.ReadAllBytes(f).Contains((byte)0));
        var folders = Directory.EnumerateDirectories(folder).Where(d => !SkippedFolders.Contains(Path.GetFileName(d)));
        return files.Concat(folders.SelectMany(TextFiles));
    }

    static string? Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Payhook.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }

    static string? SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path);
}
