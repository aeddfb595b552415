using System.Text;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A key that was revoked stays revoked, and whoever did something is written down with it.</summary>
public sealed class KeyStoreTests
{
    static readonly DateTimeOffset Moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Gives_back_keys_as_they_were_made_and_never_their_text(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var (first, text) = ApiKey.Create("für Grafana 🎉", Scopes.Read | Scopes.Admin, 90, "cli:me", Moment);
        var (second, _) = ApiKey.Create("b", Scopes.All, null, $"key:{first.Prefix}", Moment.AddSeconds(1));
        var id = store.Keys.Add(first, AuditEntry.Created(first));
        store.Keys.Add(second, AuditEntry.Created(second));

        var keys = await KeysAsync(store);
        Assert.Equal(first with { Id = id!.Value, Hash = keys[0].Hash }, keys[0]);
        Assert.Equal(ApiKey.HashOf(Encoding.UTF8.GetBytes(text)), keys[0].Hash);
        Assert.Equal(Moment.AddDays(90), keys[0].ExpiresAt);
        Assert.Equal((Scopes.All, null), (keys[1].Scopes, keys[1].ExpiresAt));
        Assert.Matches("^phk_[0-9a-f]{64}$", text);
        Assert.Equal(text[..12], keys[0].Prefix);
        if (kind == StoreKind.Sqlite)
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(test.SqlitePath)!))
                Assert.DoesNotContain(text[12..], Latin1(file), StringComparison.Ordinal);
        }
    }

    [Theory, EveryStore]
    public async Task Revokes_once_and_writes_down_who_did_it(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var id = Add(store, "a");
        var key = Assert.Single(await KeysAsync(store));
        Assert.True(store.Keys.Revoke(id, AuditEntry.Revoked(key, "key:phk_1", Moment.AddDays(1))));
        Assert.False(store.Keys.Revoke(id, AuditEntry.Revoked(key, "key:phk_2", Moment.AddDays(2))));
        Assert.False(store.Keys.Revoke(id + 9, AuditEntry.Revoked(key, "key:phk_2", Moment)));

        Assert.Equal(Moment.AddDays(1), Assert.Single(await KeysAsync(store)).RevokedAt);
        Assert.Equal(
            [("key:phk_1", "key-revoked", key.Prefix, "a", Moment.AddDays(1)),
                ("cli:me", "key-created", key.Prefix, "a; scopes read; does not expire", Moment)],
            (await EntriesAsync(store)).Select(e => (e.Actor, e.Act, e.Target, e.Detail, e.At)));
    }

    [Theory, EveryStore]
    public async Task Takes_only_so_many_keys_and_keeps_only_so_many_revoked_ones(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var bytes = kind == StoreKind.Sqlite ? "randomblob(32)" : "sha256(n::text::bytea)";
        var moment = kind == StoreKind.Sqlite ? "n" : "to_timestamp(n)";
        test.Scalar($"""
            with recursive s(n) as (select 1 union all select n + 1 from s where n < 1999)
            insert into payhook_keys (prefix, hash, name, scopes, created_at, created_by, revoked_at)
            select 'phk_', {bytes}, 'k', 'read', {moment}, 'test', case when n > 999 then {moment} end from s
            """);
        var id = Add(store, "the last");
        var (another, _) = ApiKey.Create("one too many", Scopes.Read, null, "cli:me", Moment);
        Assert.Null(store.Keys.Add(another, AuditEntry.Created(another)));
        Assert.Single(await EntriesAsync(store));

        var key = (await KeysAsync(store)).Single(k => k.Id == id);
        Assert.True(store.Keys.Revoke(id, AuditEntry.Revoked(key, "cli:me", Moment)));
        var keys = await KeysAsync(store);
        Assert.Equal((999, 1000), (keys.Count(k => k.RevokedAt is null), keys.Count(k => k.RevokedAt is not null)));
        Assert.Contains(keys, k => k.Id == id);
        Assert.True(Add(store, "a number of its own") > id);
    }

    [Theory, EveryStore]
    public async Task Notes_the_latest_use(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var (first, second) = (Add(store, "a"), Add(store, "b"));
        store.Keys.NoteUses([new(first, Moment.AddHours(2)), new(99, Moment)]);
        store.Keys.NoteUses([new(first, Moment.AddHours(1))]);
        var keys = await KeysAsync(store);
        Assert.Equal((Moment.AddHours(2), null), (keys[0].LastUsedAt, keys[1].LastUsedAt));
        Assert.Equal(second, keys[1].Id);
    }

    [Theory, EveryStore]
    public async Task Gives_the_audit_log_in_pages_the_newest_first(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        for (var i = 0; i < 5; i++) store.Audit.Append(new(Moment, "cli:me", "key-created", "t", $"{i}"));
        var newest = await EntriesAsync(store, limit: 2);
        Assert.Equal(["4", "3"], newest.Select(e => e.Detail));
        Assert.Equal(["2", "1", "0"], (await EntriesAsync(store, newest[^1].Sequence)).Select(e => e.Detail));
    }

    [Theory, EveryStore]
    public async Task A_key_whose_entry_cannot_be_written_is_not_made(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var id = Add(store, "a");
        test.Scalar("drop table payhook_audit");
        var (key, _) = ApiKey.Create("b", Scopes.Read, null, "cli:me", Moment);
        Assert.ThrowsAny<Exception>(() => store.Keys.Add(key, AuditEntry.Created(key)));
        Assert.ThrowsAny<Exception>(() => store.Keys.Revoke(id, AuditEntry.Revoked(key, "cli:me", Moment)));
        Assert.Null(Assert.Single(await KeysAsync(store)).RevokedAt);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("für Grafana 🎉", true)]
    [InlineData("", false)]
    [InlineData(" a", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u001b[2Jb", false)]
    [InlineData("a\u202Eb", false)]
    public void Takes_names_that_can_be_shown(string name, bool isName) => Assert.Equal(isName, ApiKey.IsName(name));

    [Fact]
    public void Takes_names_of_a_hundred_characters_and_no_more()
    {
        Assert.True(ApiKey.IsName(new('a', 100)));
        Assert.False(ApiKey.IsName(new('a', 101)));
    }

    [Fact]
    public void A_scope_of_a_newer_program_allows_nothing()
    {
        Assert.Equal(Scopes.Read, ScopeWords.Parse("read everything"));
        Assert.Equal(Scopes.None, ScopeWords.Parse(""));
        Assert.Equal(Scopes.All, ScopeWords.Parse(ScopeWords.Text(Scopes.All)));
    }

    static long Add(IEventStore store, string name)
    {
        var (key, _) = ApiKey.Create(name, Scopes.Read, null, "cli:me", Moment);
        return store.Keys.Add(key, AuditEntry.Created(key))!.Value;
    }

    static async Task<List<ApiKey>> KeysAsync(IEventStore store) =>
        await store.Keys.Keys(Cancellation).ToListAsync(Cancellation);

    static async Task<List<AuditEntry>> EntriesAsync(
        IEventStore store, long before = long.MaxValue, int limit = 100) =>
        await store.Audit.Entries(before, limit, Cancellation).ToListAsync(Cancellation);

    static string Latin1(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
