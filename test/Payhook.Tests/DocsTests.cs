using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Payhook.Cli;
using Payhook.Ops;
using Payhook.Providers;
using Payhook.Receive;

namespace Payhook.Tests;

/// <summary>What the docs do not tell is found by nobody; what they tell and the program has not misleads.</summary>
public sealed partial class DocsTests
{
    [Fact]
    public void Has_a_section_for_every_setting_and_for_no_other()
    {
        var sections = Sections("docs/settings.md", "## ");
        Assert.Equal(Settings.Common.Select(s => s.Name), sections.Keys.Where(h => SettingName().IsMatch(h)));
        foreach (var setting in Settings.Common.Where(s => s.Default.Length > 0))
            Assert.Contains(setting.Default, sections[setting.Name], StringComparison.Ordinal);
    }

    [Fact]
    public void Has_a_row_with_its_variables_for_every_provider_and_tells_every_other_variable()
    {
        var section = Sections("docs/settings.md", "## ")["Sources"];
        var rows = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        foreach (var provider in ProviderCatalog.All)
        {
            var row = Assert.Single(rows, r => r.StartsWith($"| `{provider.Name}` |", StringComparison.Ordinal));
            Assert.Contains($"`{provider.SecretVariable}`", row, StringComparison.Ordinal);
            if (provider.Parameter is { } parameter)
                Assert.Contains($"`{parameter.Variable}`", row, StringComparison.Ordinal);
            // The others are made by a rule that is shown with the variables of one provider.
            foreach (var member in SourceVariables.MembersOf(provider))
            {
                var name = SourceVariables.Of(provider, member)!
                    .Replace(SourceVariables.Prefix(provider) + "_", "STRIPE_", StringComparison.Ordinal);
                Assert.True(
                    section.Contains($"`{name}`", StringComparison.Ordinal)
                    || section.Contains($"`{SourceVariables.Of(provider, member)}`", StringComparison.Ordinal),
                    $"{SourceVariables.Of(provider, member)} is not told");
            }
        }
    }

    [Fact]
    public void Shows_only_settings_that_there_are_in_the_example_file()
    {
        var named = Read(".env.example").Split('\n').Select(line => ExampleLine().Match(line))
            .Where(m => m.Success).Select(m => m.Groups[1].Value).ToArray();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except([.. Settings.All.Select(s => s.Name), "POSTGRES_PASSWORD"])); // compose's own
        EnvFile.Read(Path.Combine(Repository.Root, ".env.example"));
    }

    [Fact]
    public void Has_a_section_with_status_and_text_for_every_problem()
    {
        var sections = Sections("DOCS.md", "### ");
        foreach (var problem in Problem.All)
        {
            var section = Assert.Contains(problem.Type, (IReadOnlyDictionary<string, string>)sections);
            Assert.Contains(problem.Status.ToString(CultureInfo.InvariantCulture), section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lists_every_problem_that_there_is()
    {
        var declared = typeof(Problem).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.PropertyType == typeof(Problem)).Select(p => ((Problem)p.GetValue(null)!).Type).ToArray();
        Assert.Equal(declared.Order(), Problem.All.Select(p => p.Type).Order());
        Assert.Equal(declared.Length, declared.Distinct().Count());
    }

    [Fact]
    public void Has_a_section_for_every_verb()
    {
        var sections = Sections("DOCS.md", "### ");
        var commands = typeof(CommandLine).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(CommandLine).Namespace)
            .Where(t => t.Name.EndsWith("Command", StringComparison.Ordinal))
            .Select(t => t.GetMethod("Create")!.Invoke(null, [TextWriter.Null, TextWriter.Null]))
            .Cast<System.CommandLine.Command>().ToArray();
        string[] known = ["serve", "sign", "send", "sources", "doctor"];
        Assert.Superset(known.ToHashSet(), commands.Select(c => c.Name).ToHashSet());
        foreach (var command in commands)
        {
            var section = Assert.Contains(command.Name, (IReadOnlyDictionary<string, string>)sections);
            foreach (var option in command.Options)
                Assert.Contains($"`{option.Name}", section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tells_every_exit_code()
    {
        var section = Sections("DOCS.md", "## ")["Exit codes"];
        var codes = typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static);
        Assert.NotEmpty(codes);
        foreach (var code in codes) Assert.Matches($@"\|\s*`?{code.GetRawConstantValue()}`?\s*\|", section);
    }

    [Fact]
    public void Has_a_row_for_every_provider()
    {
        var rows = Read("docs/providers.md").Split('\n')
            .Where(line => line.StartsWith("| [", StringComparison.Ordinal)).ToArray();
        Assert.Equal(ProviderCatalog.All.Count, rows.Length);
        foreach (var (provider, row) in ProviderCatalog.All.Zip(rows))
        {
            var cells = row.Split(" | ");
            var mark = provider.IsConfirmed ? "" : " (unconfirmed)";
            Assert.Equal($"| [{provider.DisplayName}](#{Anchor(provider.DisplayName)}){mark}", cells[0]);
            Assert.Equal($"`{provider.Name}`", cells[1]);
            foreach (var header in provider.SignatureHeaders)
                Assert.Contains($"`{header}`", cells[2], StringComparison.OrdinalIgnoreCase);
            Assert.Equal(provider.SignsBody, !cells[4].StartsWith("no", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Has_a_section_for_every_provider_that_warns_where_its_scheme_is_unconfirmed()
    {
        var sections = Sections("docs/providers.md", "## ");
        Assert.Equal(ProviderCatalog.All.Select(p => p.DisplayName), sections.Keys.SkipLast(1)); // how to add one
        foreach (var provider in ProviderCatalog.All)
        {
            var isMarked = sections[provider.DisplayName].Contains("Unconfirmed:", StringComparison.Ordinal);
            Assert.Equal(provider.IsConfirmed, !isMarked);
        }
    }

    [Fact]
    public void Shows_every_provider_at_the_front()
    {
        var section = Sections("README.md", "## ")["Providers"];
        foreach (var provider in ProviderCatalog.All)
        {
            var link = $"[{provider.DisplayName}](docs/providers.md#{Anchor(provider.DisplayName)})";
            Assert.Contains(link, section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Leads_a_tour_past_every_file_of_the_program_and_no_other()
    {
        var section = Sections("README.md", "## ")["A tour of the source"];
        var named = FileName().Matches(section).Select(m => m.Groups[1].Value).ToHashSet();
        var files = Repository.TextFiles(Path.Combine(Repository.Root, "src"))
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .ToLookup(path => Path.GetFileName(path), Repository.Relative);
        Assert.Empty(named.Except(files.Select(f => f.Key)));
        var isToured = files.Where(f => f.Any(p => p.StartsWith("src/Payhook/", StringComparison.Ordinal)));
        Assert.Empty(isToured.Select(f => f.Key).Except(named));
    }

    [Fact]
    public void Tells_every_cause_in_the_words_of_the_program()
    {
        var rows = Sections("DOCS.md", "## ")["Causes"].Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(CauseKind.All.Select(c => $"| `{c.Code}` | {c.Meaning} | {c.Mending} |"), rows);
        var declared = typeof(CauseKind).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.PropertyType == typeof(CauseKind)).Select(p => ((CauseKind)p.GetValue(null)!).Code);
        Assert.Equal(declared.Order(), CauseKind.All.Select(c => c.Code).Order());
    }

    [Fact]
    public void Tells_every_verdict_that_can_be_a_reason()
    {
        var section = Sections("DOCS.md", "## ")["Reasons"];
        foreach (var verdict in Enum.GetValues<Verdict>().Where(v => v is not (Verdict.Refused or Verdict.Verified)))
            Assert.Contains($"| `{Rejection.ReasonOf(verdict)}` |", section, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_a_section_for_every_route()
    {
        var directory = Directory.CreateTempSubdirectory("payhook-docs-");
        try
        {
            var (settings, faults) = Settings.Read(name => name switch
            {
                "DATABASE_URL" => $"sqlite:///{Path.Combine(directory.FullName, "events.db")}",
                "PORT" => "0",
                _ => null,
            });
            Assert.Empty(faults);
            using var lines = new LogOutput(Stream.Null, isJson: true);
            await using var store = settings!.Database.CreateStore(settings.CommitDeadline, TimeProvider.System);
            await using var app = PayhookApp.Build(settings, store, lines, TimeProvider.System);

            var routes = ((IEndpointRouteBuilder)app).DataSources
                .SelectMany(s => s.Endpoints).Cast<RouteEndpoint>().ToArray();
            Assert.True(routes.Length >= 5, "The routes were not found");
            var headings = Sections("DOCS.md", "### ").Keys;
            foreach (var route in routes)
            {
                var method = route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0];
                Assert.Contains($"{method} {route.RoutePattern.RawText}", headings);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Links_only_to_files_and_headings_that_there_are()
    {
        var pages = Repository.TextFiles().Where(p => p.EndsWith(".md", StringComparison.Ordinal)).ToArray();
        Assert.True(pages.Length >= 4);
        var broken = pages.SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(m => m.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !LeadsSomewhere(page, target))
            .Select(target => $"{Repository.Relative(page)} links to {target}"));
        Assert.Empty(broken);
    }

    static bool LeadsSomewhere(string page, string target)
    {
        var parts = target.Split('#');
        var path = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
        if (parts.Length == 1) return Path.Exists(path);
        return File.Exists(path)
            && File.ReadAllLines(path).Where(l => l.StartsWith('#')).Any(l => Anchor(l) == parts[1]);
    }

    /// <summary>The anchor that code hosts make of a heading.</summary>
    static string Anchor(string heading) =>
        NoAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>The texts under the headings of one level, up to the next heading of that level or above.</summary>
    static Dictionary<string, string> Sections(string page, string mark)
    {
        var sections = new Dictionary<string, string>();
        string? heading = null;
        var isCode = false;
        foreach (var line in Read(page).Split('\n'))
        {
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            var level = isCode ? 0 : line.TakeWhile(c => c == '#').Count();
            if (level > 0 && level < mark.Length)
                heading = level == mark.Length - 1 ? line[mark.Length..].Trim(' ', '`') : null;
            else if (heading is not null) sections[heading] = sections.GetValueOrDefault(heading) + line + "\n";
        }
        return sections;
    }

    static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex("^[A-Z][A-Z_]+$")]
    private static partial Regex SettingName();

    [GeneratedRegex("^#? ?([A-Z][A-Z0-9_]+)=")]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@"[`/](\w+\.cs)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
