using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>Who is signed in outlives a restart, a link is used once, and no stranger fills the table.</summary>
public sealed class SessionStoreTests
{
    static readonly DateTimeOffset Moment = Receipted.Moment;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Keeps_a_session_as_it_was_begun_and_ends_it_once(StoreKind kind)
    {
        using var test = new TestStore(kind);
        var made = Make(SessionGround.Key) with
        {
            Actor = "key:phk_für 🎉", Scopes = Scopes.Read | Scopes.Pii, KeyId = 7, Proof = [1, 2, 3],
        };
        long id;
        await using (var store = test.Open())
        {
            id = store.Sessions.Add(made, Entry("signed-in"));
            store.Sessions.Add(Make(SessionGround.Password), Entry("signed-in"));
        }
        await using var again = test.Open();
        var kept = (await SessionsAsync(again))[0];
        Assert.Equal(made.Hash, kept.Hash);
        Assert.Equal(made.Proof, kept.Proof);
        Assert.Equal(made with { Id = id }, kept with { Hash = made.Hash, Proof = made.Proof });
        Assert.True(again.Sessions.End(id, Entry("signed-out")));
        Assert.False(again.Sessions.End(id, Entry("signed-out")));
        Assert.Null(Assert.Single(await SessionsAsync(again)).Proof);
        Assert.Equal(["signed-out", "signed-in", "signed-in"], await ActsAsync(again));
    }

    [Theory, EveryStore]
    public async Task A_link_is_no_session_and_becomes_one_once(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var (link, _) = Session.CreateLink(Moment);
        store.Sessions.Add(link, Entry("link-created"));
        Assert.Empty(await SessionsAsync(store));
        Assert.Null(store.Sessions.UseLink(new byte[32], Make(SessionGround.Link), Entry("signed-in")));
        Assert.NotNull(store.Sessions.UseLink(link.Hash, Make(SessionGround.Link), Entry("signed-in")));
        Assert.Null(store.Sessions.UseLink(link.Hash, Make(SessionGround.Link), Entry("signed-in")));
        Assert.Single(await SessionsAsync(store));
        Assert.Equal(["signed-in", "link-created"], await ActsAsync(store));
    }

    [Theory, EveryStore]
    public async Task A_session_is_never_used_as_a_link_nor_a_link_after_its_hour(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var session = Make(SessionGround.Password);
        store.Sessions.Add(session, Entry("signed-in"));
        Assert.Null(store.Sessions.UseLink(session.Hash, Make(SessionGround.Link), Entry("signed-in")));
        var (link, _) = Session.CreateLink(Moment);
        store.Sessions.Add(link, Entry("link-created"));
        Assert.Null(store.Sessions.UseLink(
            link.Hash, Make(SessionGround.Link), Entry("signed-in", Moment.AddHours(1))));
        Assert.NotNull(store.Sessions.UseLink(
            link.Hash, Make(SessionGround.Link), Entry("signed-in", Moment.AddHours(1).AddMicroseconds(-1))));
    }

    [Theory, EveryStore]
    public async Task Of_many_who_use_a_link_at_once_in_two_processes_one_may(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using IEventStore one = test.Open(), other = test.Open();
        for (var round = 0; round < 5; round++)
        {
            var (link, _) = Session.CreateLink(Moment);
            one.Sessions.Add(link, Entry("link-created"));
            var used = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                () => (i % 2 == 0 ? one : other).Sessions.UseLink(
                    link.Hash, Make(SessionGround.Link), Entry("signed-in")),
                Cancellation)));
            Assert.Single(used, id => id is not null);
        }
        Assert.Equal(5, (await SessionsAsync(one)).Count);
    }

    [Theory, EveryStore]
    public async Task Lets_go_of_what_expired_and_of_the_oldest_where_there_are_too_many(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        store.Sessions.Add(Make(SessionGround.Password) with { ExpiresAt = Moment }, Entry("signed-in"));
        Assert.Single(await SessionsAsync(store));
        var (link, _) = Session.CreateLink(Moment);
        store.Sessions.Add(link, Entry("link-created"));
        Assert.Empty(await SessionsAsync(store));

        var hashes = Enumerable.Range(0, StoreLimits.Sessions).Select(i => $"{i:x64}").ToArray();
        string Blob(string hex) => kind == StoreKind.Sqlite ? $"x'{hex}'" : $"'\\x{hex}'::bytea";
        var times = kind == StoreKind.Sqlite ? "0,9000000000000000" : "now(),'infinity'";
        test.Scalar("insert into payhook_sessions (hash, kind, ground, actor, scopes, created_at, expires_at) values "
            + string.Join(",", hashes.Select(h => $"({Blob(h)},'session','password','admin','read',{times})")));
        store.Sessions.Add(Make(SessionGround.Password), Entry("signed-in"));
        Assert.Equal(StoreLimits.Sessions + 1, test.Count("payhook_sessions")); // the link has a bound of its own
        Assert.Equal(0L, Convert.ToInt64(test.Scalar(
            $"select count(*) from payhook_sessions where hash = {Blob(hashes[0])}")));
        Assert.NotNull(store.Sessions.UseLink(link.Hash, Make(SessionGround.Link), Entry("signed-in")));
    }

    [Theory, EveryStore]
    public async Task Another_password_ends_what_came_of_the_one_before_and_of_links(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Assert.Null(await store.Sessions.PasswordAsync(Cancellation));
        var kept = Make(SessionGround.Password);
        kept = kept with { Id = store.Sessions.Add(kept, Entry("signed-in")), Proof = [9] };
        foreach (var ground in Enum.GetValues<SessionGround>().Where(g => g != SessionGround.None))
            store.Sessions.Add(Make(ground), Entry("signed-in"));
        var (link, _) = Session.CreateLink(Moment);
        store.Sessions.Add(link, Entry("link-created"));

        store.Sessions.SetPassword("hash", kept, Entry("admin-password-set"));
        Assert.Equal("hash", await store.Sessions.PasswordAsync(Cancellation));
        var left = await SessionsAsync(store);
        Assert.Equal([SessionGround.Password, SessionGround.Key, SessionGround.Oidc], left.Select(s => s.Ground));
        Assert.Equal((kept.Id, (byte)9), (left[0].Id, Assert.Single(left[0].Proof!)));
        Assert.Null(store.Sessions.UseLink(link.Hash, Make(SessionGround.Link), Entry("signed-in")));

        store.Sessions.SetPassword("another", null, Entry("admin-password-set"));
        Assert.Equal("another", await store.Sessions.PasswordAsync(Cancellation));
        Assert.Equal(2, (await SessionsAsync(store)).Count);
        Assert.Equal(1, test.Count("payhook_admin"));
    }

    [Theory, EveryStore]
    public async Task What_cannot_be_written_down_is_not_done(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var id = store.Sessions.Add(Make(SessionGround.Password), Entry("signed-in"));
        var (link, _) = Session.CreateLink(Moment);
        store.Sessions.Add(link, Entry("link-created"));
        test.Scalar("drop table payhook_audit");
        Assert.ThrowsAny<Exception>(() => store.Sessions.Add(Make(SessionGround.Password), Entry("signed-in")));
        Assert.ThrowsAny<Exception>(() =>
            store.Sessions.UseLink(link.Hash, Make(SessionGround.Link), Entry("signed-in")));
        Assert.ThrowsAny<Exception>(() => store.Sessions.End(id, Entry("signed-out")));
        Assert.ThrowsAny<Exception>(() => store.Sessions.SetPassword("hash", null, Entry("admin-password-set")));
        Assert.Equal(id, Assert.Single(await SessionsAsync(store)).Id);
        Assert.Equal(2, test.Count("payhook_sessions"));
        Assert.Null(await store.Sessions.PasswordAsync(Cancellation));
    }

    static Session Make(SessionGround ground) => new()
    {
        Hash = SessionToken.HashOf(SessionToken.Create()),
        Actor = "admin",
        Scopes = Scopes.All,
        CreatedAt = Moment,
        ExpiresAt = Moment.AddHours(12),
        Ground = ground,
    };

    static AuditEntry Entry(string act, DateTimeOffset? at = null) => new(at ?? Moment, "admin", act, "", "");

    static async Task<List<Session>> SessionsAsync(IEventStore store) =>
        await store.Sessions.Sessions(Cancellation).ToListAsync(Cancellation);

    static async Task<string[]> ActsAsync(IEventStore store) =>
        await store.Audit.Entries(long.MaxValue, 100, Cancellation).Select(e => e.Act).ToArrayAsync(Cancellation);
}
