using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Providers;

/// <summary>Razorpay's signature decides what is believed, so every way to be wrong has its test.</summary>
public sealed class RazorpayTests
{
    const string SecretText = "a secret of the tests";
    const string Header = "X-Razorpay-Signature";
    static readonly Razorpay Scheme = new();
    static readonly byte[] Body = """{"event":"payment.captured","id":"evt_1"}"""u8.ToArray();
    static readonly string Signature = Scheme.Sign(Body, new Secret(SecretText));

    [Fact]
    public void Accepts_what_the_secret_signed()
    {
        Assert.Equal(new Verification(Verdict.Verified, 1), Verify(Body, (Header, Signature)));
        Assert.True(Verify(Body, (Header, Signature)).IsVerified);
    }

    [Fact]
    public void Signs_with_the_hexadecimal_hmac_of_the_secrets_utf8_bytes()
    {
        var secret = "sécret ₹ 🔑";
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Body));

        Assert.Equal(expected, Scheme.Sign(Body, new Secret(secret)));
        Assert.True(Scheme.Verify(Headers((Header, expected)), Body, [new Secret(secret)]).IsVerified);
    }

    [Fact]
    public void Accepts_hexadecimal_in_either_case_and_the_header_in_any()
    {
        var mixed = string.Concat(Signature.Select((c, i) => i % 2 == 0 ? char.ToUpperInvariant(c) : c));

        Assert.Equal(Verdict.Verified, Verify(Body, (Header, Signature.ToUpperInvariant())).Verdict);
        Assert.Equal(Verdict.Verified, Verify(Body, (Header, mixed)).Verdict);
        Assert.Equal(Verdict.Verified, Verify(Body, ("x-razorpay-signature", Signature)).Verdict);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("not JSON at all")]
    public void Looks_at_the_bytes_and_at_nothing_else_of_the_body(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(Verify(bytes, (Header, Scheme.Sign(bytes, new Secret(SecretText)))).IsVerified);
    }

    [Theory]
    [InlineData("first", 1)]
    [InlineData("second", 2)]
    [InlineData("third", 3)]
    [InlineData("fourth", 0)]
    public void Tells_which_of_several_secrets_signed(string secret, int number)
    {
        Secret[] secrets = [new("first"), new("second"), new("third")];
        var verification = Scheme.Verify(Headers((Header, Scheme.Sign(Body, new(secret)))), Body, secrets);

        Assert.Equal(new(number == 0 ? Verdict.WrongSignature : Verdict.Verified, number), verification);
    }

    [Fact]
    public void Names_the_first_of_two_equal_secrets() => Assert.Equal(
        new Verification(Verdict.Verified, 2),
        Scheme.Verify(Headers((Header, Signature)), Body, [new("other"), new(SecretText), new(SecretText)]));

    [Fact]
    public void Refuses_everything_while_there_is_no_secret()
    {
        var hmacOfNoKey = Convert.ToHexStringLower(HMACSHA256.HashData(Array.Empty<byte>(), Body));

        Assert.Equal(new(Verdict.MissingSecret), Scheme.Verify(Headers((Header, Signature)), Body, []));
        Assert.Equal(new(Verdict.MissingSecret), Scheme.Verify(Headers((Header, hmacOfNoKey)), Body, []));
    }

    [Fact]
    public void Refuses_a_delivery_without_a_signature()
    {
        Assert.Equal(new(Verdict.MissingSignature), Verify(Body));
        Assert.Equal(new(Verdict.MissingSignature), Verify(Body, (Header, "")));
        Assert.Equal(new(Verdict.MissingSignature), Verify(Body, ("Signature", Signature)));
        Assert.Equal(new(Verdict.MissingSignature), Scheme.Verify(Headers(), Body, []));
    }

    [Fact]
    public void Refuses_a_signature_that_comes_twice_even_if_both_are_right()
    {
        Assert.Equal(new(Verdict.RepeatedSignature), Verify(Body, (Header, Signature), (Header, Signature)));
        Assert.Equal(new(Verdict.RepeatedSignature), Verify(Body, (Header, Signature), ("x-razorpay-signature", "0")));
    }

    [Theory]
    [InlineData("invalid_signature")]
    [InlineData("0")]
    [InlineData(" ")]
    [InlineData("sha256=")]
    [InlineData("0x")]
    [InlineData("zz")]
    public void Refuses_what_is_no_hexadecimal(string start)
    {
        Assert.Equal(new(Verdict.MalformedSignature), Verify(Body, (Header, start)));
        Assert.Equal(new(Verdict.MalformedSignature), Verify(Body, (Header, start + Signature)));
        if (start != "0") // which would be another signature of the right form
            Assert.Equal(new(Verdict.MalformedSignature), Verify(Body, (Header, start + Signature[start.Length..])));
    }

    [Fact]
    public void Refuses_a_signature_of_another_length()
    {
        string[] signatures =
        [
            Signature[..^1], Signature[..^2], Signature[..32], Signature + "0", Signature + "00", Signature + Signature,
            Signature + "\n", Signature + ",", Signature + "\0", new('0', 1_000_000),
        ];
        foreach (var signature in signatures)
            Assert.Equal(new(Verdict.MalformedSignature), Verify(Body, (Header, signature)));
    }

    [Theory]
    [InlineData('é')]
    [InlineData('０')] // a digit, and no ASCII one
    [InlineData('\u0130')]
    [InlineData('\u0161')] // its low byte is the letter a
    [InlineData('\ud800')]
    [InlineData('\0')]
    [InlineData('\uffff')]
    public void Refuses_a_signature_outside_ascii(char foreign)
    {
        for (var i = 0; i < Signature.Length; i += 21)
        {
            var signature = Signature[..i] + foreign + Signature[(i + 1)..];
            Assert.Equal(new(Verdict.MalformedSignature), Verify(Body, (Header, signature)));
        }
        Assert.Equal(new(Verdict.MalformedSignature), Verify(Body, (Header, new string(foreign, 64))));
    }

    [Fact]
    public void Refuses_a_signature_of_the_right_form_that_no_secret_made()
    {
        Assert.Equal(new(Verdict.WrongSignature), Verify(Body, (Header, new string('0', 64))));
        Assert.Equal(new(Verdict.WrongSignature), Verify(Body, (Header, Scheme.Sign(Body, new("another")))));
        Assert.Equal(new(Verdict.WrongSignature), Verify(Body, (Header, Scheme.Sign(Body, new(SecretText + " ")))));
    }

    [Fact]
    public void Refuses_a_body_changed_after_signing()
    {
        byte[][] changed = [[], [.. Body, (byte)'\n'], [(byte)' ', .. Body], [.. "\uFEFF"u8, .. Body], Body[..^1]];
        foreach (var body in changed)
            Assert.Equal(new(Verdict.WrongSignature), Verify(body, (Header, Signature)));
    }

    [Fact]
    public void Takes_the_zero_value_of_a_verdict_for_a_refusal()
    {
        Assert.Equal(Verdict.Refused, default(Verification).Verdict);
        Assert.False(default(Verification).IsVerified);
        Assert.Equal(Reading.Malformed, default);
        foreach (var verdict in Enum.GetValues<Verdict>())
            Assert.Equal(verdict == Verdict.Verified, new Verification(verdict).IsVerified);
    }

    [Fact]
    public void Gives_every_verdict_that_a_code_over_the_body_can_lead_to()
    {
        Verdict[] given =
        [
            Scheme.Verify(Headers((Header, Signature)), Body, []).Verdict, Verify(Body).Verdict,
            Verify(Body, (Header, Signature), (Header, Signature)).Verdict, Verify(Body, (Header, "0")).Verdict,
            Verify([], (Header, Signature)).Verdict, Verify(Body, (Header, Signature)).Verdict,
        ];
        Assert.Equal(
            [Verdict.MissingSecret, Verdict.MissingSignature, Verdict.RepeatedSignature, Verdict.MalformedSignature,
            Verdict.WrongSignature, Verdict.Verified], given);
    }

    [Fact]
    public void Keeps_the_headers_that_tell_what_was_verified() => Assert.Superset(
        new HashSet<string> { Header, "X-Razorpay-Event-Id" }, Scheme.KeptHeaders.ToHashSet());

    static Verification Verify(byte[] body, params (string, string)[] headers) =>
        Scheme.Verify(Headers(headers), body, [new Secret(SecretText)]);

    static DictionaryHeaders Headers(params (string Name, string Value)[] headers) =>
        new(headers.Select(h => KeyValuePair.Create(h.Name, h.Value)));
}
