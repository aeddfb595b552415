using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests;

/// <summary>The checks that only some providers need, with stand-ins for those that are still to come.</summary>
public sealed class SourceMakerTests
{
    static readonly ProviderParameter Url = new("notification_url", "TEST_NOTIFICATION_URL", "The address.", true);

    [Fact]
    public void Refuses_a_source_without_its_required_parameter()
    {
        var fault = Assert.Single(Make(new("test", KeyForm.Text, Url), "s").Faults);
        Assert.Equal("TEST_NOTIFICATION_URL", fault.Name);
        Assert.Contains("The address.", fault.Fault, StringComparison.Ordinal);
        var source = Make(new("test", KeyForm.Text, Url), "s", ("notification_url", " https://a/b ")).Source;
        Assert.Equal("https://a/b", source.Credentials.Parameter);
        Assert.Empty(Make(new("test", KeyForm.Text, Url with { IsRequired = false }), "s").Faults);
    }

    [Fact]
    public void Refuses_the_webhook_id_of_everybody_in_live()
    {
        var paypal = new TestProvider("paypal", KeyForm.WebhookId);
        Assert.Contains("anybody", Assert.Single(Make(paypal, "WEBHOOK_ID").Faults).Fault, StringComparison.Ordinal);
        Assert.Single(Make(paypal, "8PT5,WEBHOOK_ID").Faults);
        Assert.Empty(Make(paypal, "WEBHOOK_ID", ("environment", "sandbox")).Faults);
        Assert.Empty(Make(paypal, "8PT5").Faults);
    }

    [Fact]
    public void Needs_access_to_ask_paypal_only_where_it_is_to_be_asked()
    {
        var paypal = new TestProvider("paypal", KeyForm.WebhookId);
        Assert.Null(Make(paypal, "8PT5").Source.Api);
        var both = Make(paypal, "8PT5", ("verify", "postback"), ("api_id", "id"), ("api_secret", "secret"));
        Assert.Empty(both.Faults);
        Assert.True(both.Source.Credentials.UsesPostback);
        Assert.Equal(("id", "secret"), (both.Source.Api!.Id, both.Source.Api.Secret));
        Assert.Equal(["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"],
            Make(paypal, "8PT5", ("verify", "postback")).Faults.Select(f => f.Name));
        Assert.Equal(["PAYPAL_CLIENT_SECRET"], Make(paypal, "8PT5", ("api_id", "id")).Faults.Select(f => f.Name));
        Assert.Equal(["PAYPAL_VERIFY"], Make(paypal, "8PT5", ("verify", "both")).Faults.Select(f => f.Name));
    }

    [Fact]
    public void Knows_who_has_to_be_asked_with_what()
    {
        var plaid = new TestProvider("plaid", KeyForm.PublicKey);
        var given = new SourceGiven("plaid", plaid, "", "environment");
        given.Add("api_id", new Given("PLAID_CLIENT_ID", "id"));
        Assert.False(SourceSettings.HasKeysElsewhere(given));
        given.Add("api_secret", new Given("PLAID_SECRET", "secret"));
        Assert.True(SourceSettings.HasKeysElsewhere(given));
        var faults = new List<SettingFault>();
        Assert.Equal("id", new SourceMaker(faults, 1 << 20).Make(given, new([], [], 0)).Api!.Id);
        Assert.Empty(faults);

        Assert.Null(SourceVariables.ApiOf(new TestProvider("stripe", KeyForm.Text)));
        Assert.Null(SourceVariables.Of(new TestProvider("stripe", KeyForm.Text), SourceMember.Verify));
        Assert.Null(SourceVariables.Of(new TestProvider("mollie-classic", KeyForm.Text), SourceMember.ApiId));
    }

    static (Source Source, List<SettingFault> Faults) Make(
        TestProvider provider, string secret, params (string Member, string Text)[] members)
    {
        var faults = new List<SettingFault>();
        var given = new SourceGiven(provider.Name, provider, "", "environment");
        foreach (var (member, text) in members)
            given.Add(member, new Given(SourceVariables.Of(provider, member)!, text));
        var keys = new KeyReader(faults).Read(provider, new("SECRET", secret), "SECRET=…");
        return (new SourceMaker(faults, 1 << 20).Make(given, keys), faults);
    }
}
