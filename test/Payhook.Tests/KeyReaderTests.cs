using System.Security.Cryptography;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests;

/// <summary>A key that is cut at the wrong comma refuses every delivery, and nobody sees why.</summary>
public sealed class KeyReaderTests
{
    static readonly string Pem = Rsa(), OtherPem = Rsa();

    [Theory]
    [InlineData(KeyForm.Text, "a,b", 2, "a", "b", "a,b")]
    [InlineData(KeyForm.Text, "a", 1, "a")]
    [InlineData(KeyForm.Hex, "00ff", 1, "00ff")]
    [InlineData(KeyForm.Hex, "00ff, 11", 2, "00ff", "11")]
    [InlineData(KeyForm.WebhookId, "1AB,2CD", 2, "1AB", "2CD")]
    [InlineData(KeyForm.Base64, "YQ==,Yg==", 2, "YQ==", "Yg==")]
    [InlineData(KeyForm.UserAndPassword, "shop:pass,word", 1, "shop:pass,word")]
    [InlineData(KeyForm.UserAndPassword, "shop:one,shop:two", 2, "shop:one", "shop:two", "shop:one,shop:two")]
    [InlineData(KeyForm.PublicKey, """{"kty":"EC","crv":"P-256"}""", 1, """{"kty":"EC","crv":"P-256"}""")]
    public void Parts_keys_where_their_form_allows(KeyForm form, string text, int count, params string[] keys)
    {
        var read = Read(form, text, out var faults);
        Assert.Empty(faults);
        Assert.Equal(keys, read!.Texts);
        Assert.Equal((count, keys.Length), (read.Count, read.Secrets.Count));
    }

    [Fact]
    public void Takes_public_keys_behind_each_other_and_on_one_line()
    {
        Assert.Equal([Pem, OtherPem], Read(KeyForm.PublicKey, $"{Pem}\n{OtherPem}\n", out _)!.Texts);
        Assert.Equal([Pem, OtherPem], Read(KeyForm.PublicKey, $"{Pem},\n{OtherPem}", out _)!.Texts);
        Assert.Equal([Pem], Read(KeyForm.PublicKey, Pem.Replace("\n", "\\n"), out _)!.Texts);
    }

    [Theory]
    [InlineData(KeyForm.Text, "", "is empty")]
    [InlineData(KeyForm.Text, " \n", "is empty")]
    [InlineData(KeyForm.Text, "hunter2 ", "white space")]
    [InlineData(KeyForm.Text, ",,", "commas")]
    [InlineData(KeyForm.Hex, "hunter2", "hexadecimal")]
    [InlineData(KeyForm.Hex, "00,hunter2", "number 2 of 2")]
    [InlineData(KeyForm.UserAndPassword, "hunter2", "a colon")]
    [InlineData(KeyForm.UserAndPassword, "hunter2:", "a colon")]
    [InlineData(KeyForm.PublicKey, "hunter2", "PEM")]
    [InlineData(KeyForm.PublicKey, "-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----", "PEM")]
    public void Tells_the_form_that_is_due_and_not_the_key(KeyForm form, string text, string told)
    {
        Assert.Null(Read(form, text, out var faults));
        var fault = Assert.Single(faults).ToString();
        Assert.Contains(told, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_each_of_a_list_whole()
    {
        var faults = new List<SettingFault>();
        var keys = new KeyReader(faults).ReadEach(new TestProvider("test", KeyForm.Text),
            [new("one", "a,b"), new("two", "c")], "X=y");
        Assert.Equal(["a,b", "c"], keys!.Texts);
        Assert.Null(new KeyReader(faults).ReadEach(new TestProvider("test", KeyForm.Hex),
            [new("one", "00"), new("two", "xx")], "X=y"));
        Assert.Equal("two", Assert.Single(faults).Name);
    }

    static Keys? Read(KeyForm form, string text, out List<SettingFault> faults)
    {
        faults = [];
        return new KeyReader(faults).Read(new TestProvider("test", form), new("TEST_SECRET", text), "TEST_SECRET=…");
    }

    static string Rsa()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportSubjectPublicKeyInfoPem();
    }
}
