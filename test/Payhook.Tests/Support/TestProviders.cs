using Payhook.Providers;

namespace Payhook.Tests.Support;

/// <summary>A provider of any form of key, so that the rules hold for those that are still to come.</summary>
public sealed class TestProvider(string name, KeyForm form, ProviderParameter? parameter = null) : Provider
{
    public override string Name => name;
    public override string DisplayName => "Tester";
    public override IReadOnlyList<string> SignatureHeaders => ["X-Test"];
    public override IReadOnlyList<string> KeptHeaders => ["X-Test"];
    public override string SecretVariable => SourceVariables.Prefix(this) + "_KEY";
    public override KeyForm KeyForm => form;
    public override ProviderParameter? Parameter => parameter;

    public override bool TryReadKey(string text, out Secret? key)
    {
        key = null;
        var isRight = form switch
        {
            KeyForm.Hex => text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit),
            KeyForm.UserAndPassword => text.IndexOf(':') is var colon && colon > 0 && colon < text.Length - 1,
            KeyForm.PublicKey => text.StartsWith('{') || PublicKey.FromPem(text) is not null,
            _ => text.Length > 0,
        };
        if (isRight) key = new(text);
        return isRight;
    }

    public override Verification Verify(in WebhookRequest request, Credentials credentials) => default;

    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events) => default;

    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) => null;
}
