using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Payhook.Ops;
using Payhook.Outside;
using Payhook.Query;
using Payhook.Receive;
using Payhook.Reference;
using Payhook.Stats;
using Payhook.Store;

namespace Payhook;

/// <summary>The table of contents: every service, middleware and route of the listener, in order.</summary>
static class PayhookApp
{
    const int ConnectionsLimit = 10_000;

    public static WebApplication Build(Settings settings, IEventStore store, LogOutput output, TimeProvider time)
    {
        // Empty: the settings are the only configuration, and nothing watches the directory that the store writes to.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownDeadline);

        builder.Logging.ClearProviders().SetMinimumLevel(settings.LogLevel)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical) // a start that failed is told by the command
            .AddProvider(new LineLoggerProvider(output, time));

        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(store);
        var sources = Sources.Of(settings);
        builder.Services.AddSingleton(sources);
        builder.Services.AddSingleton(new RequestLog(output, time, settings.LogLevel));
        builder.Services.AddSingleton(new ByteBudget(settings.BodiesLimitBytes));
        builder.Services.AddSingleton(new PiiMask(settings.PiiPaths));
        builder.Services.AddSingleton(new KeyRing(stop => store.Keys.Keys(stop).ToListAsync(stop), time));
        builder.Services.AddSingleton(services => new KeyUses(
            store.Keys, time, services.GetRequiredService<ILogger<KeyUses>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<KeyUses>());
        builder.Services.AddSingleton(services => new ReadAccess(
            settings.ApiKeys, services.GetRequiredService<KeyRing>(), services.GetRequiredService<KeyUses>().Note,
            time));
        builder.Services.AddSingleton<CommitSignal>();
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Intake>());
        builder.Services.AddSingleton(_ => new Lookups(time, settings.PayPalCertificates));
        builder.Services.AddSingleton<OutsideLookup>(services => services.GetRequiredService<Lookups>().FindAsync);
        builder.Services.AddSingleton<Verifier>();
        builder.Services.AddSingleton(services => new RejectionLog(
            store.Rejections, settings.Rejections, sources.All, new Explainer(sources).Explain,
            () => services.GetRequiredService<Intake>().IsBusy, time,
            services.GetRequiredService<ILogger<RejectionLog>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<RejectionLog>());
        builder.Services.AddSingleton(new StatsMeter(sources.All));
        builder.Services.AddSingleton(services => new StatsKeeper(
            services.GetRequiredService<StatsMeter>(), store.Stats, time,
            services.GetRequiredService<ILogger<StatsKeeper>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<StatsKeeper>());
        builder.Services.AddSingleton<ReceiveApi>();
        builder.Services.AddSingleton<EventsApi>();
        builder.Services.AddSingleton<PaymentsApi>();
        builder.Services.AddSingleton(services => new RejectionsApi(
            store.Rejections, sources.All, services.GetRequiredService<PiiMask>()));
        builder.Services.AddSingleton(services => new KeysApi(
            store.Keys, store.Audit, services.GetRequiredService<KeyRing>(), time));
        builder.Services.AddSingleton(services => new StatsApi(
            services.GetRequiredService<StatsKeeper>(), store.Stats, sources, time));
        builder.Services.AddSingleton<RawApi>();
        builder.Services.AddSingleton(_ => new FeedReader(store.Feed));
        builder.Services.AddSingleton(new Followers(settings.StreamClientsLimit));
        builder.Services.AddSingleton<FeedApi>();
        builder.Services.AddSingleton<EventStream>();
        builder.Services.AddSingleton<ReferenceApi>();
        builder.Services.AddSingleton(services =>
            new HealthApi(services.GetRequiredService<Intake>().IsWritableAsync, time));

        var app = builder.Build();
        app.UseMiddleware<ErrorAnswers>();
        MapRoutes(app);
        return app;
    }

    static void MapRoutes(WebApplication app)
    {
        var receive = app.Services.GetRequiredService<ReceiveApi>();
        var events = app.Services.GetRequiredService<EventsApi>();
        var payments = app.Services.GetRequiredService<PaymentsApi>();
        var feed = app.Services.GetRequiredService<FeedApi>();
        var stream = app.Services.GetRequiredService<EventStream>();
        var raw = app.Services.GetRequiredService<RawApi>();
        var rejections = app.Services.GetRequiredService<RejectionsApi>();
        var keys = app.Services.GetRequiredService<KeysApi>();
        var stats = app.Services.GetRequiredService<StatsApi>();
        var reference = app.Services.GetRequiredService<ReferenceApi>();
        var health = app.Services.GetRequiredService<HealthApi>();
        var access = app.Services.GetRequiredService<ReadAccess>();
        string[] getOrHead = ["GET", "HEAD"];

        app.MapPost("/webhook/payments", receive.ReceiveAnyAsync).WithMetadata(LogsItself.Mark);
        app.MapPost("/webhook/{source}", receive.ReceiveNamedAsync).WithMetadata(LogsItself.Mark);
        app.MapGet("/webhook/{source}", receive.ChallengeAsync);

        app.MapGet("/payments", access.Guard(Scopes.Read, payments.PaymentsAsync));
        app.MapGet("/payments/{payment_id}", access.Guard(Scopes.Read, payments.PaymentAsync));
        app.MapGet("/payments/{payment_id}/events", access.Guard(Scopes.Read, events.EventsOfPaymentAsync));
        app.MapGet("/events", access.Guard(Scopes.Read, feed.EventsAsync));
        app.MapGet("/events/stream", access.Guard(Scopes.Read, stream.StreamAsync));
        app.MapGet("/events/{event_id}", access.Guard(Scopes.Read, events.EventAsync));
        app.MapGet("/events/{event_id}/raw", access.Guard(Scopes.Read, raw.RawAsync));

        app.MapGet("/rejections", access.Guard(Scopes.Read, rejections.RejectionsAsync));
        app.MapGet("/rejections/{sequence}", access.Guard(Scopes.Read, rejections.RejectionAsync));

        app.MapGet("/stats", access.Guard(Scopes.Read, stats.StatsAsync));

        app.MapGet("/keys", access.Guard(Scopes.Admin, keys.KeysAsync));
        app.MapPost("/keys", access.Guard(Scopes.Admin, keys.CreateAsync));
        app.MapDelete("/keys/{id}", access.Guard(Scopes.Admin, keys.RevokeAsync));
        app.MapGet("/audit", access.Guard(Scopes.Admin, keys.AuditAsync));

        app.MapGet("/openapi.json", reference.DocumentAsync);
        app.MapGet("/reference", reference.PageAsync);

        app.MapMethods("/health", getOrHead, health.HealthAsync);
        app.MapMethods("/health/live", getOrHead, health.LiveAsync);
    }

    static void Listen(KestrelServerOptions kestrel, Settings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsLimit;
        // Bodies have a limit of their own that answers for itself; see ReceiveApi.
        kestrel.Limits.MaxRequestBodySize = null;
        foreach (var host in settings.Hosts)
        {
            if (host is not null) kestrel.Listen(host, settings.Port);
            else if (settings.Port == 0) kestrel.Listen(IPAddress.Loopback, 0);
            else kestrel.ListenLocalhost(settings.Port);
        }
    }
}
