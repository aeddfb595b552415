using Payhook.Access;
using Payhook.Tests.Support;

namespace Payhook.Tests.Access;

/// <summary>A password is stored so that it is slow to guess, and is told nowhere.</summary>
public sealed class AdminPasswordTests
{
    const string Known = "correct horse battery";

    /// <summary>By another program: Python's hashlib.pbkdf2_hmac with the salt 00 01 … 0f.</summary>
    const string KnownHash = "pbkdf2-sha256$600000$AAECAwQFBgcICQoLDA0ODw==$"
        + "uwbIwLHdW/1OQPTil6LQ5k2n75S0uOwgmJAhyLQVNq0=";

    [Fact]
    public void Takes_a_hash_that_another_program_made()
    {
        var password = AdminPassword.OfHash(KnownHash)!;
        Assert.True(password.IsSlow);
        Assert.True(password.Matches(Known));
        Assert.False(password.Matches(Known + " "));
        Assert.False(password.Matches(""));
        Assert.False(password.Matches(new('a', 1025)));
    }

    [Fact]
    public void Makes_a_hash_with_a_salt_of_its_own_and_takes_it_back()
    {
        const string text = "ein längeres Passwort 🎉";
        var (first, second) = (AdminPassword.Hash(text), AdminPassword.Hash(text));
        Assert.NotEqual(first, second);
        Assert.StartsWith("pbkdf2-sha256$600000$", first, StringComparison.Ordinal);
        Assert.True(AdminPassword.OfHash(first)!.Matches(text));
        Assert.NotEqual(AdminPassword.OfHash(first)!.Basis, AdminPassword.OfHash(second)!.Basis);
    }

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery")]
    [InlineData("pbkdf2-sha256$600000$AAECAwQFBgcICQoLDA0ODw==")]
    [InlineData("pbkdf2-sha1$600000$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=")]
    [InlineData("pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=")]
    [InlineData("pbkdf2-sha256$99999999999$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=")]
    [InlineData("pbkdf2-sha256$600000$AAEC$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=")]
    [InlineData("pbkdf2-sha256$600000$AAECAwQFBgcICQoLDA0ODw==$AAEC")]
    [InlineData("pbkdf2-sha256$600000$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=$")]
    [InlineData("pbkdf2-sha256-600000$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=")]
    public void Refuses_what_is_no_hash(string text) => Assert.Null(AdminPassword.OfHash(text));

    [Fact]
    public void Takes_twelve_characters_and_no_more_than_a_kilobyte()
    {
        Assert.False(AdminPassword.IsChoosable("12345678901"));
        Assert.True(AdminPassword.IsChoosable("123456789012"));
        Assert.True(AdminPassword.IsChoosable(new('a', 1024)));
        Assert.False(AdminPassword.IsChoosable(new('a', 1025)));
        Assert.False(AdminPassword.IsChoosable(new('ä', 513)));
    }

    [Fact]
    public void Is_a_setting_as_a_text_a_file_or_a_hash_and_never_two_of_them()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Known + "\n");
            Assert.True(Of(("ADMIN_PASSWORD", Known))!.Matches(Known));
            Assert.True(Of(("ADMIN_PASSWORD_FILE", file))!.Matches(Known));
            Assert.True(Of(("ADMIN_PASSWORD_HASH", KnownHash))!.Matches(Known));
            Assert.Null(Of(("ADMIN_PASSWORD", "")));
            Assert.Equal("***", Of(("ADMIN_PASSWORD", Known))!.ToString());
            foreach (var wrong in new[]
            {
                new[] { ("ADMIN_PASSWORD", Known), ("ADMIN_PASSWORD_HASH", KnownHash) },
                [("ADMIN_PASSWORD", Known), ("ADMIN_PASSWORD_FILE", file)],
                [("ADMIN_PASSWORD", "elevenchars")],
                [("ADMIN_PASSWORD_FILE", file + ".none")],
                [("ADMIN_PASSWORD_HASH", Known)],
            })
            {
                var (settings, faults) = TestSettings.Read(wrong);
                Assert.Null(settings);
                var fault = Assert.Single(faults).ToString();
                Assert.DoesNotContain(Known, fault, StringComparison.Ordinal);
                Assert.DoesNotContain("elevenchars", fault, StringComparison.Ordinal);
                Assert.StartsWith("ADMIN_PASSWORD", fault, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Tries_few_at_once_and_tells_the_others_to_come_again()
    {
        var password = AdminPassword.OfHash(
            "pbkdf2-sha256$100000$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=")!;
        using var tries = new PasswordTries(TimeProvider.System);
        var asked = Enumerable.Range(0, 30)
            .Select(i => tries.IsRightAsync(password, $"guess {i}", TestContext.Current.CancellationToken)).ToArray();
        var answers = await Task.WhenAll(asked);
        Assert.InRange(answers.Count(a => a is null), 12, 28);
        Assert.DoesNotContain(true, answers);
        Assert.False(await tries.IsRightAsync(password, "later", TestContext.Current.CancellationToken));
    }

    static AdminPassword? Of(params (string, string)[] variables)
    {
        var (settings, faults) = TestSettings.Read(variables);
        Assert.Empty(faults);
        return settings!.AdminPassword;
    }
}
