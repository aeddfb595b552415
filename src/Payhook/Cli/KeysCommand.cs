using System.CommandLine;
using Payhook.Access;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook keys</c>: the first key is made here, by who has the database, and so is any when all others are lost.
/// </summary>
static class KeysCommand
{
    public const string Examples = """
          payhook keys create grafana                               a key that reads, personal data masked
          payhook keys create support --scope read --scope pii --expires-in-days 90
          payhook keys list
          payhook keys revoke 3
        """;

    public static Command Create(TextWriter output, TextWriter errors) =>
        new("keys", "Make, show and revoke keys for the interface.")
        {
            CreateCreate(output, errors), CreateList(output, errors), CreateRevoke(output, errors),
        };

    static Command CreateCreate(TextWriter output, TextWriter errors)
    {
        var name = new Argument<string>("name") { Description = "What the key is for" };
        var scope = new Option<string[]>("--scope")
        {
            Description = $"What it allows: {ScopeWords.List}; may be given several times; default read",
        };
        var days = new Option<int?>("--expires-in-days")
        {
            Description = $"After how many days it expires, 1 to {ApiKey.ExpiryLimitDays}; without it, never",
        };
        var json = new Option<bool>("--json") { Description = "One JSON line" };
        name.Validators.Add(result =>
        {
            if (!result.Tokens.All(t => ApiKey.IsName(t.Value)))
                result.AddError($"The name has 1 to {ApiKey.NameLimitChars} characters, and none that is invisible.");
        });
        scope.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => ScopeWords.Find(t.Value) == Scopes.None))
                result.AddError($"There is no scope '{token.Value}'. There are: {ScopeWords.List}.");
        });
        days.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var count)
                && count is < 1 or > ApiKey.ExpiryLimitDays)
                result.AddError($"--expires-in-days is from 1 to {ApiKey.ExpiryLimitDays}.");
        });
        var command = new Command("create", "Make a key and show it, once.") { name, scope, days, json };
        command.SetAction((parsed, _) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            var words = parsed.GetValue(scope) is { Length: > 0 } given ? given : ["read"];
            var now = TimeProvider.System.GetUtcNow();
            var (key, text) = ApiKey.Create(parsed.GetRequiredValue(name), ScopeWords.Parse(string.Join(' ', words)),
                parsed.GetValue(days), AuditEntry.CommandLineActor, now);
            if (store.Keys.Add(key, AuditEntry.Created(key)) is not { } id)
            {
                await errors.WriteLineAsync($"payhook: There are {StoreLimits.KeysNotRevoked} keys. Revoke some.");
                return ExitCodes.Failed;
            }
            if (parsed.GetValue(json))
                await output.WriteLineAsync(JsonLine.Whole(j => KeyJson.Write(j, key with { Id = id }, now, text)));
            else
            {
                await output.WriteLineAsync(text);
                await errors.WriteLineAsync(
                    $"payhook: key {id} with scopes {ScopeWords.Text(key.Scopes)}; it is not shown again");
            }
            return ExitCodes.Success;
        }));
        return command;
    }

    static Command CreateList(TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each key" };
        var command = new Command("list", "Show the keys of the store; those of API_KEYS are not among them.") { json };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            var keys = await store.Keys.Keys(cancellation).ToListAsync(cancellation);
            var now = TimeProvider.System.GetUtcNow();
            if (parsed.GetValue(json))
            {
                foreach (var key in keys) await output.WriteLineAsync(JsonLine.Whole(j => KeyJson.Write(j, key, now)));
            }
            else if (keys.Count == 0) await output.WriteLineAsync("There is no key.");
            else WriteTable(output, keys, now);
            return ExitCodes.Success;
        }));
        return command;
    }

    static Command CreateRevoke(TextWriter output, TextWriter errors)
    {
        var id = new Argument<string>("id") { Description = "Its number, or its beginning as list shows it" };
        var json = new Option<bool>("--json") { Description = "One JSON line" };
        var command = new Command("revoke", "Revoke a key; every listener refuses it within five seconds.")
        {
            id, json,
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            var given = parsed.GetRequiredValue(id);
            var keys = await store.Keys.Keys(cancellation).ToListAsync(cancellation);
            var found = keys.FindAll(k => $"{k.Id}" == given || k.Prefix == given);
            if (found is not [var key])
            {
                await errors.WriteLineAsync(found.Count == 0
                    ? "payhook: There is no such key. To see them: payhook keys list"
                    : "payhook: Several keys begin like this. Give the number of one.");
                return ExitCodes.Failed;
            }
            var entry = AuditEntry.Revoked(key, AuditEntry.CommandLineActor, TimeProvider.System.GetUtcNow());
            var isRevoked = store.Keys.Revoke(key.Id, entry);
            if (isRevoked) key = key with { RevokedAt = entry.At };
            if (parsed.GetValue(json))
                await output.WriteLineAsync(JsonLine.Whole(j => KeyJson.Write(j, key, entry.At)));
            else await output.WriteLineAsync($"Key {key.Id} is revoked{(isRevoked ? "." : " already.")}");
            return ExitCodes.Success;
        }));
        return command;
    }

    static void WriteTable(TextWriter output, List<ApiKey> keys, DateTimeOffset now)
    {
        var table = Tables.Plain("id", "key", "name", "scopes", "state", "created", "by", "expires", "last used");
        foreach (var k in keys)
        {
            table.AddRow(Tables.Texts($"{k.Id}", $"{k.Prefix}…", k.Name, ScopeWords.Text(k.Scopes), k.StateAt(now),
                JsonText.Moment(k.CreatedAt), k.CreatedBy, k.ExpiresAt is { } e ? JsonText.Moment(e) : "never",
                k.LastUsedAt is { } used ? JsonText.Moment(used) : "never"));
        }
        Tables.Console(output).Write(table);
    }
}
