using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Payhook.Mock;
using Payhook.Outside;
using Payhook.Providers;
using Payhook.Tests.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Outside;

/// <summary>
/// Who writes a request chooses an address of PayPal's. These hold what that may cost, and what is believed of what
/// comes back.
/// </summary>
public sealed class PayPalCertificatesTests : IDisposable
{
    const string Certs = "https://api.sandbox.paypal.com/v1/notifications/certs/";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("payhook-certificates-");
    readonly FakeTimeProvider _time = new(new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));
    readonly Source _sandbox = Sandbox();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_thousand_made_up_addresses_cause_few_downloads()
    {
        await using var server = await OutsideServer.StartAsync(async context =>
        {
            await Task.Delay(20);
            context.Response.StatusCode = 404;
        });
        using var lookups = new Lookups(_time, null, server.Addresses);

        for (var round = 0; round < 10; round++)
        {
            var forged = Enumerable.Range(0, 100).Select(i => FindAsync(lookups, $"CERT-{round}-{i}"));
            Assert.All(await Task.WhenAll(forged), f => Assert.Equal(Verdict.KeyUnavailable, f.Failure));
        }

        Assert.InRange(server.Requests.Count, 1, 30);
        Assert.InRange(server.Connections, 1, 30);
        var counts = lookups.PayPalCertificates.Counts;
        Assert.Equal((0, 0), (counts.Kept, counts.Flights));
        Assert.InRange(counts.Misses, 1, 30);
        await FindAsync(lookups, "CERT-late");
        var before = server.Requests.Count;
        _time.Advance(TimeSpan.FromMinutes(1));
        await FindAsync(lookups, "CERT-next-minute");
        Assert.Equal(before + 1, server.Requests.Count);
    }

    [Fact]
    public async Task Never_runs_more_than_four_downloads_at_once()
    {
        var (running, most) = (0, 0);
        var gate = new TaskCompletionSource();
        await using var server = await OutsideServer.StartAsync(async _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
        });
        using var lookups = new Lookups(_time, null, server.Addresses);

        var forged = Enumerable.Range(0, 1000).Select(i => FindAsync(lookups, $"CERT-{i}")).ToList();
        await Task.WhenAll(forged.Skip(4)); // these are answered while the first four still wait
        Assert.All(forged.Take(4), f => Assert.False(f.IsCompleted));
        while (Volatile.Read(ref running) < 4) await Task.Delay(10, Cancellation);
        gate.SetResult();
        await Task.WhenAll(forged);

        Assert.Equal((4, 4), (most, server.Requests.Count));
    }

    [Fact]
    public async Task Downloads_once_for_all_who_wait_and_keeps_the_key_until_it_ends()
    {
        var (pem, _) = Issue(new(_time.GetUtcNow()));
        await using var server = await OutsideServer.StartAsync(async context =>
        {
            await Task.Delay(50);
            await context.Response.Body.WriteAsync(pem);
        });
        using var lookups = new Lookups(_time, _folder.FullName, server.Addresses);

        var found = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => FindAsync(lookups, "CERT-1")));
        _time.Advance(TimeSpan.FromDays(9));
        await FindAsync(lookups, "CERT-1");

        Assert.All(found, f => Assert.NotNull(f.Key));
        Assert.Single(server.Requests);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Null((await FindAsync(lookups, "CERT-1")).Key);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task One_who_gives_up_waiting_takes_nothing_from_the_others()
    {
        var (pem, _) = Issue(new(_time.GetUtcNow()));
        var gate = new TaskCompletionSource();
        await using var server = await OutsideServer.StartAsync(async context =>
        {
            await gate.Task;
            await context.Response.Body.WriteAsync(pem);
        });
        using var lookups = new Lookups(_time, _folder.FullName, server.Addresses);
        using var impatience = new CancellationTokenSource();

        var first = WaitAsync(lookups, "CERT-1", impatience.Token);
        var second = FindAsync(lookups, "CERT-1");
        await impatience.CancelAsync();

        Assert.Equal(Verdict.KeyUnavailable, (await first).Failure);
        gate.SetResult();
        Assert.NotNull((await second).Key);
    }

    [Theory]
    [InlineData("redirect", Verdict.KeyUnavailable)]
    [InlineData("error", Verdict.KeyUnavailable)]
    [InlineData("oversize", Verdict.KeyUnavailable)]
    [InlineData("oversize in pieces", Verdict.KeyUnavailable)]
    [InlineData("slow", Verdict.KeyUnavailable)]
    [InlineData("broken off", Verdict.KeyUnavailable)]
    [InlineData("no certificate", Verdict.UntrustedKey)]
    [InlineData("another root", Verdict.UntrustedKey)]
    [InlineData("another name", Verdict.UntrustedKey)]
    [InlineData("expired", Verdict.UntrustedKey)]
    [InlineData("for mail", Verdict.UntrustedKey)]
    public async Task Takes_nothing_but_PayPals_certificate_and_remembers_that(string fault, Verdict failure)
    {
        var leaf = new TestLeaf(_time.GetUtcNow()) { Name = PayPalCertificate.NameOf(isSandbox: true) };
        var (pem, _) = fault switch
        {
            "another name" => Issue(leaf with { Name = PayPalCertificate.NameOf(isSandbox: false) }),
            "expired" => Issue(leaf with { IsExpired = true }),
            "for mail" => Issue(leaf with { IsForMail = true }),
            "another root" => (leaf.Issue().Pem, Issue(leaf).Root),
            _ => Issue(leaf),
        };
        await using var server = await OutsideServer.StartAsync(context => AnswerAsync(context, fault, pem));
        var limits = new OutsideLimits { CallDeadline = TimeSpan.FromSeconds(1) };
        using var lookups = new Lookups(_time, _folder.FullName, server.Addresses, limits);

        var finding = FindAsync(lookups, "CERT-1");
        while (fault == "slow" && !finding.IsCompleted)
        {
            await Task.Delay(20, Cancellation);
            if (!server.Requests.IsEmpty) _time.Advance(TimeSpan.FromSeconds(1));
        }
        var found = await finding;
        Assert.Equal((null, failure), (found.Key, found.Failure));
        Assert.Equal(failure, (await FindAsync(lookups, "CERT-1")).Failure);
        Assert.Single(server.Requests);

        _time.Advance(TimeSpan.FromSeconds(31));
        if (fault != "slow") await FindAsync(lookups, "CERT-1");
        Assert.Equal(fault == "slow" ? 1 : 2, server.Requests.Count);
    }

    [Fact]
    public async Task Believes_no_server_whose_own_certificate_is_not_trusted()
    {
        var (pem, _) = Issue(new(_time.GetUtcNow()));
        await using var server = await OutsideServer.StartAsync(c => c.Response.Body.WriteAsync(pem).AsTask());
        var addresses = server.Addresses with { ServerRoots = null };
        using var lookups = new Lookups(_time, _folder.FullName, addresses);

        Assert.Equal(Verdict.KeyUnavailable, (await FindAsync(lookups, "CERT-1")).Failure);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("https://localhost/v1/notifications/certs/CERT-1")]
    [InlineData("https://127.0.0.1/v1/notifications/certs/CERT-1")]
    [InlineData("https://[::1]/v1/notifications/certs/CERT-1")]
    [InlineData("https://169.254.169.254/v1/notifications/certs/CERT-1")]
    public async Task Connects_to_no_private_address(string address)
    {
        await using var server = await OutsideServer.StartAsync(_ => Task.CompletedTask);
        var port = ((System.Net.IPEndPoint)server.Addresses.ConnectTo(new("localhost", 443))!).Port;
        var target = new UriBuilder(address) { Port = port }.Uri;
        using var fetch = new BoundedFetch(
            server.Addresses with { ConnectTo = _ => null }, new(), TimeProvider.System);

        Assert.Equal(0, (await fetch.GetAsync(target, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Fetches_an_issuer_from_where_the_certificate_says()
    {
        var leaf = new TestLeaf(_time.GetUtcNow()) { Name = PayPalCertificate.NameOf(isSandbox: true) };
        var (pem, issuer, root) = leaf.IssueThroughIntermediate("http://issuers.example/issuer.crt");
        WriteRoot(root.ExportCertificatePem());
        await using var server = await OutsideServer.StartAsync(context => context.Response.Body.WriteAsync(
            context.Request.Host.Host == "issuers.example" ? issuer.RawData : pem).AsTask());
        using var lookups = new Lookups(_time, _folder.FullName, server.Addresses);

        Assert.NotNull((await FindAsync(lookups, "CERT-1")).Key);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://127.0.0.1/issuer.crt")]
    [InlineData("http://issuers.example:8080/issuer.crt")]
    [InlineData("http://user@issuers.example/issuer.crt")]
    public async Task Follows_a_certificate_to_no_strange_place(string issuerAddress)
    {
        var leaf = new TestLeaf(_time.GetUtcNow()) { Name = PayPalCertificate.NameOf(isSandbox: true) };
        var (pem, _, root) = leaf.IssueThroughIntermediate(issuerAddress);
        WriteRoot(root.ExportCertificatePem());
        await using var server = await OutsideServer.StartAsync(c => c.Response.Body.WriteAsync(pem).AsTask());
        using var lookups = new Lookups(_time, _folder.FullName, server.Addresses);

        Assert.Equal(Verdict.UntrustedKey, (await FindAsync(lookups, "CERT-1")).Failure);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Verifies_real_deliveries_with_certificates_that_were_laid_down()
    {
        await using var server = await OutsideServer.StartAsync(_ => Task.CompletedTask);
        var verified = 0;
        foreach (var vector in VectorTests.Load("paypal"))
        {
            if (!vector.Text("origin")!.StartsWith("provider", StringComparison.Ordinal)) continue;
            if (vector.Text("cert_pem") is not { } pem || !vector.IsExpectedValid) continue;
            var address = vector.Headers().Find(PayPal.AddressHeader, out _)!;
            File.WriteAllText(Path.Combine(_folder.FullName, address.Split('/')[^1] + ".pem"), pem);
            WriteRoot(vector.Text("root_pem")!);
            var now = DateTimeOffset.FromUnixTimeSeconds(long.Parse(vector.Raw("now")!));
            using var lookups = new Lookups(new FakeTimeProvider(now), _folder.FullName, server.Addresses);
            Assert.Empty(lookups.Faults);
            var source = new Source("paypal", new PayPal(), new(new Secret(vector.Text("webhook_id")!))
            {
                IsSandbox = address.Contains("sandbox", StringComparison.Ordinal),
            });

            Assert.True((await VerifyAsync(lookups, source, vector.Headers(), vector.Body, now)).IsVerified);
            verified++;
        }
        Assert.True(verified >= 4);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Accepts_what_the_test_authority_signed_in_the_sandbox_and_nowhere_else()
    {
        await using var server = await OutsideServer.StartAsync(_ => Task.CompletedTask);
        using var made = PayPalTestCa.Open(_folder.FullName, _time.GetUtcNow());
        using var authority = PayPalTestCa.Open(_folder.FullName, _time.GetUtcNow());
        var body = Encoding.UTF8.GetBytes("{\"id\":\"WH-1\"}");
        var signed = authority.Sign(body, "TEST-ID", _time.GetUtcNow());
        using var lookups = new Lookups(_time, _folder.FullName, server.Addresses);

        var production = new Source("paypal", new PayPal(), new(new Secret("TEST-ID")));
        var headers = new DictionaryHeaders(signed.Headers);
        Assert.True((await VerifyAsync(lookups, _sandbox, headers, signed.Body, _time.GetUtcNow())).IsVerified);
        Assert.Equal(
            Verdict.WrongSignature,
            (await VerifyAsync(lookups, _sandbox, headers, [.. body, 32], _time.GetUtcNow())).Verdict);
        Assert.Equal(
            Verdict.UntrustedKey,
            (await VerifyAsync(lookups, production, headers, signed.Body, _time.GetUtcNow())).Verdict);
        Assert.Equal(0, server.Connections);
        var key = Path.Combine(_folder.FullName, "private", PayPalTestCa.CertificateName + ".key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Fact]
    public void Trusts_no_root_that_lies_beside_the_folder_of_roots()
    {
        var leaf = new TestLeaf(_time.GetUtcNow()) { Name = PayPalCertificate.NameOf(isSandbox: true) };
        var (_, root) = leaf.Issue();
        File.WriteAllText(Path.Combine(_folder.FullName, "root.pem"), root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder.FullName, "other.pem"), "nothing");

        var read = CertificateFolder.Read(_folder.FullName);

        Assert.Empty(read.Roots);
        Assert.Equal(CertificateFolder.Bundled().Count + 1, read.Intermediates.Count);
        Assert.Contains("other.pem", Assert.Single(read.Faults));
        Assert.Single(CertificateFolder.Read(Path.Combine(_folder.FullName, "absent")).Faults);
    }

    internal static Source Sandbox(bool usesPostback = false) =>
        new("paypal", new PayPal(), new(new Secret("TEST-ID")) { IsSandbox = true, UsesPostback = usesPostback });

    Task<Found> FindAsync(Lookups lookups, string name) => WaitAsync(lookups, name, Cancellation);

    Task<Found> WaitAsync(Lookups lookups, string name, CancellationToken cancellation) =>
        lookups.FindAsync(
            _sandbox, new(LookupKind.PayPalCertificate, Certs + name), new DictionaryHeaders([]), default,
            cancellation).AsTask();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static async Task<Verification> VerifyAsync(
        Lookups lookups, Source source, DictionaryHeaders headers, byte[] body, DateTimeOffset now)
    {
        var lookup = source.Provider.FindLookup(new(headers, body), source.Credentials);
        var found = lookup is null ? null : await lookups.FindAsync(source, lookup, headers, body, default);
        return source.Provider.Verify(new(headers, body) { ReceivedAt = now, Found = found }, source.Credentials);
    }

    /// <summary>Issued by a root that the folder makes trusted.</summary>
    (byte[] Pem, string Root) Issue(TestLeaf leaf)
    {
        var (pem, root) = (leaf.Name is null ? leaf with { Name = PayPalCertificate.NameOf(true) } : leaf).Issue();
        WriteRoot(root.ExportCertificatePem());
        return (pem, root.ExportCertificatePem());
    }

    void WriteRoot(string pem)
    {
        var roots = _folder.CreateSubdirectory("roots");
        File.WriteAllText(Path.Combine(roots.FullName, "root.pem"), pem);
    }

    static async Task AnswerAsync(HttpContext context, string fault, byte[] pem)
    {
        switch (fault)
        {
            case "redirect": context.Response.Redirect("https://api.sandbox.paypal.com/elsewhere"); break;
            case "error": context.Response.StatusCode = 500; break;
            case "oversize": context.Response.ContentLength = 65 * 1024; goto case "oversize in pieces";
            case "oversize in pieces":
                await context.Response.Body.WriteAsync(pem);
                await context.Response.Body.WriteAsync(new byte[65 * 1024 - pem.Length]);
                break;
            case "slow":
                await context.Response.Body.WriteAsync(pem);
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
                break;
            case "broken off":
                context.Response.ContentLength = pem.Length + 1;
                await context.Response.Body.WriteAsync(pem);
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case "no certificate": await context.Response.WriteAsync("<html>"); break;
            default: await context.Response.Body.WriteAsync(pem); break;
        }
    }

    static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
