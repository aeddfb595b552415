using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Payhook.Access;

/// <summary>
/// The library that speaks OpenID Connect, and no more of the framework than it needs. Its scheme is not registered,
/// because the host would put a middleware for it before every request, webhooks too. No cookie scheme is beside our
/// sessions, and no ring of keys lies in files.
/// </summary>
static class OidcServices
{
    static readonly TimeSpan ProviderWithin = TimeSpan.FromSeconds(10);

    public static void Add(IServiceCollection services, OidcSettings settings, TimeProvider time)
    {
        services.AddSingleton(settings);
        services.AddSingleton<IDataProtectionProvider>(new SealedState(settings.ClientSecret));
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddOptions<OpenIdConnectOptions>(OidcApi.SchemeName)
            .Configure<IServiceProvider>((options, all) => Configure(options, settings, time, all));
    }

    static void Configure(
        OpenIdConnectOptions options, OidcSettings settings, TimeProvider time, IServiceProvider services)
    {
        options.TimeProvider = time;
        options.Authority = settings.Issuer.AbsoluteUri.TrimEnd('/');
        options.RequireHttpsMetadata = settings.Issuer.Scheme == Uri.UriSchemeHttps;
        options.BackchannelTimeout = ProviderWithin;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        // A code that only this listener can turn into tokens, bound to this browser by PKCE, state and nonce.
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.CallbackPath = OidcApi.CallbackPath;
        options.Scope.Clear();
        foreach (var scope in settings.Scopes) options.Scope.Add(scope);
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.DisableTelemetry = true;
        options.TokenValidationParameters.ValidAlgorithms =
        [
            SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
            SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384,
            SecurityAlgorithms.RsaSsaPssSha512,
            SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        ];
        // The way back is a navigation: with that browsers send such cookies, with other requests of other sites not.
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }
        options.Events = new OpenIdConnectEvents
        {
            OnTicketReceived = ticket => services.GetRequiredService<OidcApi>().SignInAsync(ticket),
            OnRemoteFailure = failure => services.GetRequiredService<OidcApi>().RefuseAsync(failure),
        };
    }
}
