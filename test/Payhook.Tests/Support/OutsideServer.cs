using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Payhook.Outside;

namespace Payhook.Tests.Support;

/// <summary>A server on loopback in the place of the providers' own, with TLS, that counts who comes.</summary>
sealed class OutsideServer : IAsyncDisposable
{
    static readonly string[] Hosts =
    [
        "api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com",
        "sandbox.plaid.com", "production.plaid.com", "api.mollie.com",
    ];

    readonly WebApplication _app;
    readonly X509Certificate2 _root, _certificate;
    int _connections;

    OutsideServer(Func<HttpContext, Task> answer)
    {
        (_root, _certificate) = MakeCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                Count(listen);
                listen.UseHttps(_certificate);
            });
            options.Listen(IPAddress.Loopback, 0, Count);
        });
        _app = builder.Build();
        _app.Run(async context =>
        {
            Requests.Add($"{context.Request.Method} {context.Request.Host.Host}{context.Request.Path}");
            await answer(context);
        });
    }

    public int Connections => Volatile.Read(ref _connections);

    public ConcurrentBag<string> Requests { get; } = [];

    /// <summary>Every host is here, under a certificate that only these addresses trust.</summary>
    public OutsideAddresses Addresses { get; private set; } = new();

    public static async Task<OutsideServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var server = new OutsideServer(answer);
        await server._app.StartAsync();
        int[] ports = [.. server._app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a).Port)];
        server.Addresses = new()
        {
            ConnectTo = target => new IPEndPoint(IPAddress.Loopback, ports[target.Port == 80 ? 1 : 0]),
            ServerRoots = [server._root],
        };
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _certificate.Dispose();
        _root.Dispose();
    }

    void Count(ListenOptions listen) => listen.Use(next => connection =>
    {
        Interlocked.Increment(ref _connections);
        return next(connection);
    });

    static (X509Certificate2 Root, X509Certificate2 Server) MakeCertificate()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Loopback root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var root = rootRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=loopback", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in Hosts) names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(root, now.AddHours(-1), now.AddHours(1), [1, 2, 3]);
        using var whole = bare.CopyWithPrivateKey(key);
        return (root, X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null));
    }
}
