using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests;

/// <summary>One variable makes a source; what is wrong with it has to be told at the start, not by refusals.</summary>
public sealed class SourceSettingsTests
{
    const string Stripe = "STRIPE_WEBHOOK_SECRET";

    [Fact]
    public void Makes_a_source_of_the_secret_variable_alone()
    {
        var settings = Read((Stripe, "whsec_a"));
        Assert.Equal(["razorpay", "stripe"], settings.Sources.Select(s => s.Name));
        var source = settings.Sources[1];
        Assert.Equal(("stripe", "/webhook/stripe", 1, "environment"),
            (source.Provider.Name, source.Path, source.SecretCount, source.Origin));
        Assert.Equal("whsec_a", Encoding.UTF8.GetString(source.Credentials.Secrets.Single().Bytes));
        Assert.Equal((null, null, false, false),
            (source.Credentials.Parameter, source.Credentials.Tolerance, source.Credentials.IsSandbox,
                source.IsRecognisedByBody));
        Assert.Null(source.BodyLimitBytes);
        Assert.Empty(source.AllowedNetworks);
        Assert.Empty(source.RetiredSecrets);
    }

    [Theory]
    [InlineData("SQUARE_SIGNATURE_KEY")]
    [InlineData("BRAINTREE_PRIVATE_KEY")]
    [InlineData("PHONEPE_SALT_KEY")]
    [InlineData("PAYU_SALT")]
    public void Tells_of_a_missing_parameter_in_one_sentence(string variable)
    {
        var (_, faults) = Settings.Read(name => name == variable ? "a key" : null);
        var told = Assert.Single(faults).ToString();
        Assert.DoesNotContain("..", told, StringComparison.Ordinal);
        Assert.DoesNotContain("a key", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_everything_that_can_be_said_of_a_source()
    {
        var source = Read((Stripe, "new,old"), ("STRIPE_RETIRED_SECRETS", "older"), ("STRIPE_TOLERANCE_SECONDS", "0"),
            ("STRIPE_ENVIRONMENT", " Sandbox "), ("STRIPE_ALLOWED_IPS", "52.66.75.174, 10.0.0.0/8,2001:db8::/32,::1"),
            ("STRIPE_BODY_LIMIT_BYTES", "2048"), ("STRIPE_BY_BODY", "true")).Sources[1];
        Assert.Equal(2, source.SecretCount);
        Assert.Single(source.RetiredSecrets);
        Assert.Equal(TimeSpan.Zero, source.Credentials.Tolerance);
        Assert.True(source.Credentials.IsSandbox);
        Assert.True(source.IsRecognisedByBody);
        Assert.Equal(2048, source.BodyLimitBytes);
        Assert.Equal(["52.66.75.174/32", "10.0.0.0/8", "2001:db8::/32", "::1/128"],
            source.AllowedNetworks.Select(n => n.ToString()));
    }

    [Fact]
    public void Says_of_the_default_source_what_can_be_said_of_any()
    {
        var source = Read(("RAZORPAY_ALLOWED_IPS", "52.66.75.174"), ("RAZORPAY_RETIRED_SECRETS", "a")).Sources[0];
        Assert.Single(source.AllowedNetworks);
        Assert.Single(source.RetiredSecrets);
        Assert.Equal("default", source.Origin);
    }

    [Fact]
    public void Takes_the_default_source_from_either_name_and_not_from_both()
    {
        var settings = Read(("RAZORPAY_WEBHOOK_SECRET", "real"), ("HOST", "0.0.0.0"));
        Assert.Equal(("razorpay", "environment"), (settings.Sources[0].Name, settings.Sources[0].Origin));
        Assert.False(settings.UsesDefaultSecret);
        var both = Assert.Single(Faults(("RAZORPAY_WEBHOOK_SECRET", "a"), ("WEBHOOK_SECRET", "b"))).ToString();
        Assert.StartsWith("WEBHOOK_SECRET is set beside RAZORPAY_WEBHOOK_SECRET", both, StringComparison.Ordinal);
        AssertFault("RAZORPAY_WEBHOOK_SECRET", "");
        AssertFault("RAZORPAY_WEBHOOK_SECRET_FILE", "/not/there");
    }

    [Fact]
    public void Leaves_the_default_source_out_where_others_are_and_anybody_could_sign_for_it()
    {
        var settings = Read((Stripe, "whsec_a"), ("HOST", "0.0.0.0"));
        Assert.Equal(["stripe"], settings.Sources.Select(s => s.Name));
        Assert.False(settings.UsesDefaultSecret);
        Assert.True(Read((Stripe, "whsec_a")).UsesDefaultSecret);
        Assert.Equal(["WEBHOOK_SECRET"], Faults(("HOST", "0.0.0.0")).Select(f => f.Name));
        Assert.Equal(["WEBHOOK_SECRET"],
            Faults((Stripe, "a"), ("WEBHOOK_SECRET", "test_secret"), ("HOST", "0.0.0.0")).Select(f => f.Name));
        Assert.Equal([Stripe], Faults((Stripe, ""), ("HOST", "0.0.0.0")).Select(f => f.Name));
        Assert.Equal(["RAZORPAY_ALLOWED_IPS"], Faults((Stripe, "a"), ("HOST", "0.0.0.0"),
            ("RAZORPAY_ALLOWED_IPS", "10.0.0.1")).Select(f => f.Name));
    }

    [Theory]
    [InlineData("STRIPE_TOLERANCE_SECONDS", "86401", "86400 nor off")]
    [InlineData("STRIPE_TOLERANCE_SECONDS", "-1", "86400 nor off")]
    [InlineData("STRIPE_TOLERANCE_SECONDS", "5m", "86400 nor off")]
    [InlineData("STRIPE_ENVIRONMENT", "production", "live nor sandbox")]
    [InlineData("STRIPE_BY_BODY", "yes", "false nor true")]
    [InlineData("STRIPE_BODY_LIMIT_BYTES", "1023", "1024 to 67108864")]
    [InlineData("STRIPE_BODY_LIMIT_BYTES", "67108865", "1024 to 67108864")]
    [InlineData("STRIPE_ALLOWED_IPS", "10.0.0.1/8", "10.0.0.1/8")]
    [InlineData("STRIPE_ALLOWED_IPS", "::1,example.com", "example.com")]
    [InlineData("STRIPE_ALLOWED_IPS", "10.0.0.0/33", "10.0.0.0/33")]
    [InlineData("STRIPE_RETIRED_SECRETS", ",", "commas")]
    [InlineData("STRIPE_RETIRED_SECRETS", " a", "white space")]
    public void Names_the_variable_and_what_is_wrong_with_it(string name, string value, string told)
    {
        var fault = Assert.Single(Faults((Stripe, "whsec_a"), (name, value)));
        Assert.Equal(name, fault.Name);
        Assert.Contains(told, fault.Fault, StringComparison.Ordinal);
        Assert.StartsWith(name + "=", fault.Example, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_the_bounds_of_a_tolerance_and_off()
    {
        Assert.Equal(86_400, Tolerance("86400")!.Value.TotalSeconds);
        Assert.Equal(Timeout.InfiniteTimeSpan, Tolerance("OFF"));
        Assert.Null(Tolerance(" "));

        static TimeSpan? Tolerance(string text) =>
            Read((Stripe, "a"), ("STRIPE_TOLERANCE_SECONDS", text)).Sources[1].Credentials.Tolerance;
    }

    [Fact]
    public void Refuses_a_body_limit_above_that_of_all_bodies() => Assert.Equal("STRIPE_BODY_LIMIT_BYTES",
        Assert.Single(Faults((Stripe, "a"), ("STRIPE_BODY_LIMIT_BYTES", "2097152"), ("BODY_LIMIT_BYTES", "1024"),
            ("BODIES_LIMIT_BYTES", "1048576"))).Name);

    [Theory]
    [InlineData("STRIPE_TOLERANCE_SECONDS", "300")]
    [InlineData("STRIPE_ALLOWED_IPS", "::1")]
    [InlineData("STRIPE_RETIRED_SECRETS", "a")]
    [InlineData("STRIPE_BODY_LIMIT_BYTES", "2048")]
    [InlineData("STRIPE_BY_BODY", "true")]
    public void Refuses_what_belongs_to_no_source_and_is_ours_alone(string name, string value)
    {
        var fault = AssertFault(name, value);
        Assert.Contains(Stripe, fault.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("STRIPE_ENVIRONMENT", "production")]
    [InlineData("STRIPE_API_KEY", "a")]
    [InlineData("PAYPAL_CLIENT_ID", "a")]
    [InlineData("PLAID_SECRET", "a")]
    [InlineData("PATH", "/bin")]
    public void Leaves_alone_what_belongs_to_other_programs(string name, string value)
    {
        var settings = Read((name, value));
        Assert.Equal(["razorpay"], settings.Sources.Select(s => s.Name));
        Assert.Empty(settings.Warnings);
    }

    [Theory]
    [InlineData("STRIPE_WEBHOOK_SECRTE", "STRIPE_WEBHOOK_SECRET")]
    [InlineData("STRIPE_WEBHOOK_SECRETS", "STRIPE_WEBHOOK_SECRET")]
    [InlineData("STRIPE_TOLERANCE_SECOND", "STRIPE_TOLERANCE_SECONDS")]
    [InlineData("stripe_webhook_secret", "STRIPE_WEBHOOK_SECRET")]
    [InlineData("WEBHOOK_SECRE", "WEBHOOK_SECRET")]
    [InlineData("PAYHOOK_CONFG", "PAYHOOK_CONFIG")]
    [InlineData("RAZORPAY_ALLOWED_IP", "RAZORPAY_ALLOWED_IPS")]
    [InlineData("STRPIE_WEBHOOK_SECRET", null)]
    [InlineData("STRIPE_API_KEY", null)]
    [InlineData("STRIPE_SECRET_KEY", null)]
    [InlineData("STRIPE_", null)]
    [InlineData("STRIPE", null)]
    [InlineData("PATH", null)]
    [InlineData("HOSTS", null)]
    [InlineData("PORTS", null)]
    [InlineData("LOG_LEVELS", null)]
    [InlineData("WEBHOOK_URL", null)]
    [InlineData("", null)]
    public void Warns_of_a_name_that_is_nearly_one_of_ours(string name, string? meant)
    {
        var warnings = Read((name, "hunter2")).Warnings;
        Assert.Equal(meant is null ? 0 : 1, warnings.Count);
        if (meant is null) return;
        Assert.Contains($"{name} is set", warnings[0], StringComparison.Ordinal);
        Assert.Contains($"; {meant} is", warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Has_the_same_variables_for_every_provider()
    {
        var names = Settings.All.Select(s => s.Name).ToHashSet();
        Assert.Equal(Settings.All.Count, names.Count);
        foreach (var provider in ProviderCatalog.All)
        {
            var prefix = provider.Name.ToUpperInvariant().Replace('-', '_');
            string[] expected =
            [
                provider.SecretVariable, $"{provider.SecretVariable}_FILE", $"{prefix}_RETIRED_SECRETS",
                $"{prefix}_TOLERANCE_SECONDS", $"{prefix}_ENVIRONMENT", $"{prefix}_ALLOWED_IPS",
                $"{prefix}_BODY_LIMIT_BYTES", $"{prefix}_BY_BODY",
            ];
            Assert.Superset(expected.ToHashSet(), names);
            if (provider.Parameter is { } parameter) Assert.Contains(parameter.Variable, names);
        }
        Assert.True(Settings.All.Single(s => s.Name == Stripe).IsSecret);
        Assert.True(Settings.All.Single(s => s.Name == "STRIPE_RETIRED_SECRETS").IsSecret);
    }

    [Fact]
    public void Makes_a_source_of_every_provider_from_its_variables()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = ecdsa.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        foreach (var provider in ProviderCatalog.All)
        {
            string[] keys =
            [
                "8PT597110X687430", "user:password", new string('a', 64),
                "whsec_" + Convert.ToBase64String(new byte[32]), rsa.ExportSubjectPublicKeyInfoPem() + "\n",
                $$"""{"kty":"EC","crv":"P-256","kid":"k","x":"{{x}}","y":"{{y}}"}""",
            ];
            var key = keys.First(k => provider.TryReadKey(k, out _));
            (string, string)[] variables = provider.Parameter is { } parameter
                ? [(provider.SecretVariable, key), (parameter.Variable, "https://a.example/1")]
                : [(provider.SecretVariable, key)];
            var source = Read(variables).Sources.Single(s => s.Name == provider.Name);
            Assert.Equal((1, provider.Parameter is null ? null : "https://a.example/1"),
                (source.SecretCount, source.Credentials.Parameter));
            var api = SourceVariables.ApiOf(provider);
            Assert.Equal(api?.SecretVariable == provider.SecretVariable && api is not null, source.Api is not null);
            if (provider.Parameter is { IsRequired: true } required)
                Assert.Equal([required.Variable], Faults(variables[0]).Select(f => f.Name));
        }
    }

    [Fact]
    public void Makes_a_source_that_looks_its_keys_up()
    {
        var settings = Read(("PLAID_CLIENT_ID", "id"), ("PLAID_SECRET", "hunter2"), ("HOST", "0.0.0.0"));
        var source = Assert.Single(settings.Sources);
        Assert.Equal(("plaid", 0, "id", "hunter2"),
            (source.Name, source.Credentials.Secrets.Count, source.Api!.Id, source.Api.Secret));
        Assert.DoesNotContain("hunter2", source.ToString(), StringComparison.Ordinal);
        Assert.Equal("live_abc", Read(("MOLLIE_API_KEY", "live_abc")).Sources[1].Api!.Secret);
    }

    static Settings Read(params (string Name, string Value)[] variables)
    {
        var (settings, faults) = TestSettings.Read(variables);
        Assert.Empty(faults);
        return settings!;
    }

    static IReadOnlyList<SettingFault> Faults(params (string Name, string Value)[] variables) =>
        TestSettings.Read(variables).Faults;

    static SettingFault AssertFault(string name, string value)
    {
        var fault = Assert.Single(Faults((name, value)));
        Assert.Equal(name, fault.Name);
        return fault;
    }
}
