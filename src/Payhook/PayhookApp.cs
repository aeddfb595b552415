using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Payhook.Access;
using Payhook.Dashboard;
using Payhook.Forward;
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
            .AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None) // OidcApi tells it without what was sent
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical) // a start that failed is told by the command
            .AddProvider(new LineLoggerProvider(output, time));

        var services = builder.Services;
        var sources = Sources.Of(settings);
        AddNouns(services, settings, store, sources, time);
        services.AddSingleton(new RequestLog(output, time, settings.LogLevel));
        AddReceiving(services, settings, store, sources, time);
        AddForwarding(services, settings, store, sources, time);
        AddReading(services, settings, store, sources, time);

        var app = builder.Build();
        app.UseMiddleware<ErrorAnswers>();
        MapRoutes(app);
        return app;
    }

    static void AddNouns(
        IServiceCollection services, Settings settings, IEventStore store, Sources sources, TimeProvider time)
    {
        services.AddSingleton(settings);
        services.AddSingleton(time);
        services.AddSingleton(store);
        services.AddSingleton(sources);
        services.AddSingleton(new ByteBudget(settings.BodiesLimitBytes));
        services.AddSingleton<CommitSignal>();
        services.AddSingleton(new IntakeRush(time));
        services.AddSingleton<DestinationsChanged>();
        services.AddSingleton<DestinationStates>();
    }

    static void AddReceiving(
        IServiceCollection services, Settings settings, IEventStore store, Sources sources, TimeProvider time)
    {
        services.AddSingleton<Intake>();
        services.AddHostedService(s => s.GetRequiredService<Intake>());
        services.AddSingleton(_ => new Lookups(time, settings.PayPalCertificates));
        services.AddSingleton<OutsideLookup>(s => s.GetRequiredService<Lookups>().FindAsync);
        services.AddSingleton<Verifier>();
        services.AddSingleton(s => new RejectionLog(
            store.Rejections, settings.Rejections, sources.All, new Explainer(sources).Explain,
            () => s.GetRequiredService<Intake>().IsBusy, time, s.GetRequiredService<ILogger<RejectionLog>>()));
        services.AddHostedService(s => s.GetRequiredService<RejectionLog>());
        services.AddSingleton(new StatsMeter(sources.All));
        services.AddSingleton<DuplicateMeter>();
        services.AddSingleton(s => new StatsKeeper(
            s.GetRequiredService<StatsMeter>(), s.GetRequiredService<DuplicateMeter>(), store.Stats, time,
            s.GetRequiredService<ILogger<StatsKeeper>>()));
        services.AddHostedService(s => s.GetRequiredService<StatsKeeper>());
        services.AddSingleton<ReceiveApi>();
    }

    static void AddForwarding(
        IServiceCollection services, Settings settings, IEventStore store, Sources sources, TimeProvider time)
    {
        services.AddSingleton(new Sinks(sources, new OutboundGuard(settings.PrivateDestinations), time));
        services.AddSingleton(s => new RushLimit(
            s.GetRequiredService<IntakeRush>(), settings.RushDeliveriesPerSecond, time));
        services.AddSingleton(s => new Settler(store.Deliveries, time, s.GetRequiredService<ILogger<Settler>>()));
        services.AddSingleton(s => new DispatcherParts(
            store.Deliveries, s.GetRequiredService<Settler>(), s.GetRequiredService<RushLimit>(),
            s.GetRequiredService<DeliveryMeter>(), s.GetRequiredService<DestinationStates>(), sources, time,
            s.GetRequiredService<ILogger<Dispatcher>>()));
        services.AddSingleton(s =>
        {
            var (meter, logger) = (new StatsMeter([]), s.GetRequiredService<ILogger<StatsKeeper>>());
            return new AttemptStats(meter, new(meter, new(), store.DeliveryStats, time, logger));
        });
        // Before the forwarder, and so stopped after it; AddHostedService takes one of a type only.
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<AttemptStats>().Keeper);
        services.AddSingleton(s => new DeliveryMeter(s.GetRequiredService<AttemptStats>().Note));
        services.AddSingleton<Forwarder>();
        services.AddHostedService(s => s.GetRequiredService<Forwarder>());
    }

    static void AddReading(
        IServiceCollection services, Settings settings, IEventStore store, Sources sources, TimeProvider time)
    {
        var personal = new PiiMask(settings.PiiPaths);
        services.AddSingleton(personal);
        AddAccess(services, settings, store, time);
        services.AddSingleton<PaymentsApi>();
        services.AddSingleton<EventsApi>();
        services.AddSingleton<RawApi>();
        services.AddSingleton(_ => new FeedReader(store.Feed, store.Consumers));
        services.AddSingleton(new Followers(settings.StreamClientsLimit));
        services.AddSingleton<FeedApi>();
        services.AddSingleton<EventStream>();
        services.AddSingleton(s => new ConsumersApi(store.Consumers, s.GetRequiredService<FeedReader>(), time));
        services.AddSingleton(new RejectionsApi(store.Rejections, sources.All, personal));
        services.AddSingleton(new AttentionReader(
            store, sources.All, settings.CaptureWithin, settings.Rejections.KeptPerReason, time));
        services.AddSingleton<AttentionCounts>();
        services.AddSingleton<AttentionApi>();
        services.AddSingleton(s => new StatsApi(
            s.GetRequiredService<StatsKeeper>(), s.GetRequiredService<AttemptStats>(), store.Stats, sources, time));
        AddSources(services, settings, store, sources, time);
        AddDelivery(services, settings, store, sources, time);
        services.AddSingleton<ReferenceApi>();
        services.AddSingleton<DashboardFiles>();
        services.AddSingleton(s => new HealthApi(s.GetRequiredService<Intake>().IsWritableAsync, time));
    }

    static void AddAccess(IServiceCollection services, Settings settings, IEventStore store, TimeProvider time)
    {
        services.AddSingleton(new AccessRing(
            stop => AccessRows.ReadAsync(store, settings.AdminPassword, stop), time));
        services.AddSingleton(s => new KeyUses(store.Keys, time, s.GetRequiredService<ILogger<KeyUses>>()));
        services.AddHostedService(s => s.GetRequiredService<KeyUses>());
        services.AddSingleton(s => new ReadAccess(
            settings.ApiKeys, s.GetRequiredService<AccessRing>(), s.GetRequiredService<KeyUses>().Note, time,
            settings.Oidc?.Basis));
        services.AddSingleton(s => new KeysApi(store.Keys, store.Audit, s.GetRequiredService<AccessRing>(), time));
        services.AddSingleton(store.Sessions);
        services.AddSingleton(new SignInSettings(settings.AdminPassword, settings.Oidc?.Name));
        services.AddSingleton(new SignInThrottle(time));
        services.AddSingleton(new PasswordTries(time));
        services.AddSingleton<SessionApi>();
        services.AddSingleton<OidcApi>();
        if (settings.Oidc is { } oidc) OidcServices.Add(services, oidc, time);
    }

    static void AddSources(
        IServiceCollection services, Settings settings, IEventStore store, Sources sources, TimeProvider time)
    {
        services.AddSingleton(new SourceAttention(store, sources.All, settings.Rejections.KeptPerReason));
        services.AddSingleton<SourceActivity>();
        services.AddSingleton<SourcesApi>();
        services.AddSingleton(s => new MockApi(sources, s.GetRequiredService<IServer>(), store.Audit, time));
        services.AddSingleton(s => new AboutApi(
            settings, store, s.GetRequiredService<Intake>().IsWritableAsync, time));
    }

    static void AddDelivery(
        IServiceCollection services, Settings settings, IEventStore store, Sources sources, TimeProvider time)
    {
        services.AddSingleton(s => new DestinationEditor(
            store.Destinations, store.Feed,
            new() { SourceNames = [.. sources.All.Select(o => o.Name)], Allowed = settings.PrivateDestinations },
            time, s.GetRequiredService<DestinationsChanged>()));
        services.AddSingleton<DestinationProbe>();
        services.AddSingleton<TestDestination>(s => s.GetRequiredService<DestinationProbe>().SendAsync);
        services.AddSingleton(s => new AttemptCounts(s.GetRequiredService<AttemptStats>().Keeper, time));
        services.AddSingleton(s => new DestinationStandings(
            store.Deliveries, s.GetRequiredService<AttemptCounts>(), s.GetRequiredService<DestinationStates>()));
        services.AddSingleton<DestinationsApi>();
        services.AddSingleton<DeliveriesApi>();
        services.AddSingleton(s => new ReplayEditor(
            store.Destinations, s.GetRequiredService<FeedReader>(), s.GetRequiredService<DestinationsChanged>(), time));
        services.AddSingleton(s => new ReplaysApi(store.Destinations, s.GetRequiredService<ReplayEditor>(), sources));
    }

    static void MapRoutes(WebApplication app)
    {
        var receive = app.Services.GetRequiredService<ReceiveApi>();
        var events = app.Services.GetRequiredService<EventsApi>();
        var payments = app.Services.GetRequiredService<PaymentsApi>();
        var feed = app.Services.GetRequiredService<FeedApi>();
        var stream = app.Services.GetRequiredService<EventStream>();
        var consumers = app.Services.GetRequiredService<ConsumersApi>();
        var raw = app.Services.GetRequiredService<RawApi>();
        var rejections = app.Services.GetRequiredService<RejectionsApi>();
        var attention = app.Services.GetRequiredService<AttentionApi>();
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

        app.MapGet("/consumers", access.Guard(Scopes.Read, consumers.ConsumersAsync));
        app.MapPut("/consumers/{name}", access.Guard(Scopes.Consume, consumers.CreateAsync));
        app.MapDelete("/consumers/{name}", access.Guard(Scopes.Consume, consumers.DeleteAsync));
        app.MapPost("/consumers/{name}/acknowledge", access.Guard(Scopes.Consume, consumers.AcknowledgeAsync));

        app.MapGet("/rejections", access.Guard(Scopes.Read, rejections.RejectionsAsync));
        app.MapGet("/rejections/{sequence}", access.Guard(Scopes.Read, rejections.RejectionAsync));

        app.MapGet("/attention", access.Guard(Scopes.Read, attention.AttentionAsync));
        app.MapPost("/attention/{id}/acknowledge", access.Guard(Scopes.Operate, attention.AcknowledgeAsync));
        app.MapGet("/stats", access.Guard(Scopes.Read, stats.StatsAsync));
        app.MapGet("/stats/deliveries", access.Guard(Scopes.Read, stats.DeliveriesAsync));

        MapSources(app, access);
        MapDelivery(app, access);
        MapAccess(app, access);
        MapDashboard(app);

        app.MapGet("/openapi.json", reference.DocumentAsync);
        app.MapGet("/reference", reference.PageAsync);

        app.MapMethods("/health", getOrHead, health.HealthAsync);
        app.MapMethods("/health/live", getOrHead, health.LiveAsync);
    }

    static void MapSources(WebApplication app, ReadAccess access)
    {
        var sources = app.Services.GetRequiredService<SourcesApi>();
        var mocks = app.Services.GetRequiredService<MockApi>();
        var about = app.Services.GetRequiredService<AboutApi>();

        app.MapGet("/sources", access.Guard(Scopes.Read, sources.SourcesAsync));
        app.MapPost("/sources/{name}/mock", access.Guard(Scopes.Operate, mocks.SendAsync));
        app.MapGet("/about", access.Guard(Scopes.Read, about.AboutAsync));
    }

    static void MapDelivery(WebApplication app, ReadAccess access)
    {
        var destinations = app.Services.GetRequiredService<DestinationsApi>();
        var deliveries = app.Services.GetRequiredService<DeliveriesApi>();
        var replays = app.Services.GetRequiredService<ReplaysApi>();
        const string one = "/destinations/{name}";

        app.MapGet("/destinations", access.Guard(Scopes.Read, destinations.DestinationsAsync));
        app.MapPost("/destinations", access.Guard(Scopes.Admin, destinations.AddAsync));
        app.MapGet(one, access.Guard(Scopes.Read, destinations.DestinationAsync));
        app.MapPatch(one, access.Guard(Scopes.Admin, destinations.ChangeAsync));
        app.MapDelete(one, access.Guard(Scopes.Admin, destinations.RemoveAsync));
        app.MapPost(one + "/pause", access.Guard(Scopes.Operate, destinations.PauseAsync));
        app.MapPost(one + "/resume", access.Guard(Scopes.Operate, destinations.ResumeAsync));
        app.MapPost(one + "/disable", access.Guard(Scopes.Admin, destinations.DisableAsync));
        app.MapPost(one + "/rotate-secret", access.Guard(Scopes.Admin, destinations.RotateAsync));
        app.MapPost(one + "/test", access.Guard(Scopes.Operate, destinations.TestAsync));
        app.MapPost(one + "/retry-dead", access.Guard(Scopes.Replay, destinations.RetryDeadAsync));

        app.MapGet("/deliveries", access.Guard(Scopes.Read, deliveries.DeliveriesAsync));
        app.MapGet("/deliveries/{id}", access.Guard(Scopes.Read, deliveries.DeliveryAsync));
        app.MapPost("/deliveries/{id}/retry", access.Guard(Scopes.Replay, deliveries.RetryAsync));

        app.MapGet("/replays", access.Guard(Scopes.Read, replays.ReplaysAsync));
        app.MapPost("/replays", access.Guard(Scopes.Replay, replays.StartAsync));
        app.MapGet("/replays/{id}", access.Guard(Scopes.Read, replays.ReplayAsync));
        app.MapPost("/replays/{id}/cancel", access.Guard(Scopes.Replay, replays.CancelAsync));
    }

    static void MapDashboard(WebApplication app)
    {
        var files = app.Services.GetRequiredService<DashboardFiles>();
        string[] getOrHead = ["GET", "HEAD"];

        app.MapMethods("/", getOrHead, files.PageAsync).ExcludeFromDescription();
        app.MapMethods("/dashboard/assets/{file}", getOrHead, files.AssetAsync).ExcludeFromDescription();
        app.MapMethods("/dashboard/{**page}", getOrHead, files.PageAsync).ExcludeFromDescription();
    }

    static void MapAccess(WebApplication app, ReadAccess access)
    {
        var keys = app.Services.GetRequiredService<KeysApi>();
        var sessions = app.Services.GetRequiredService<SessionApi>();
        var oidc = app.Services.GetRequiredService<OidcApi>();

        app.MapGet("/session", sessions.SessionAsync);
        app.MapPost("/session", sessions.SignInAsync);
        app.MapDelete("/session", sessions.SignOutAsync);
        app.MapGet("/session/oidc", oidc.BeginAsync);
        app.MapGet(OidcApi.CallbackPath, oidc.ReturnAsync);
        app.MapPut("/session/password", access.Guard(Scopes.Admin, sessions.SetPasswordAsync));

        app.MapGet("/keys", access.Guard(Scopes.Admin, keys.KeysAsync));
        app.MapPost("/keys", access.Guard(Scopes.Admin, keys.CreateAsync));
        app.MapDelete("/keys/{id}", access.Guard(Scopes.Admin, keys.RevokeAsync));
        app.MapGet("/audit", access.Guard(Scopes.Admin, keys.AuditAsync));
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
